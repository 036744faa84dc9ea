//! Barnes and Hut's tree: far crowds push as one.

/// A point with its mass.
#[derive(Debug, Clone, Copy)]
pub(super) struct Body {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) mass: f64,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    /// Middle of the square, and half of its side.
    middle: (f64, f64),
    half: f64,
    /// Sum of mass times place, and of mass.
    moment: (f64, f64),
    mass: f64,
    /// First of four children; 0 while there are none.
    children: u32,
}

/// Squares are not divided further: whoever shares one that deep stands at the same place.
const DEEPEST: usize = 24;

/// A cell counts as one body where its side is less than this share of its distance (as in Gephi).
const THETA: f64 = 1.2;

/// A square plane, divided wherever two bodies share a square.
pub(super) struct QuadTree {
    cells: Vec<Cell>,
}

impl QuadTree {
    pub(super) fn of(bodies: &[Body]) -> Self {
        let largest = |most: f64, body: &Body| most.max(body.x.abs()).max(body.y.abs());
        let half = bodies.iter().fold(1.0, largest);
        let mut tree = Self {
            cells: vec![Cell::empty((0.0, 0.0), half)],
        };
        for body in bodies {
            tree.insert(*body);
        }
        tree
    }

    fn insert(&mut self, body: Body) {
        let mut at = 0;
        for _ in 0..DEEPEST {
            let cell = self.cells[at];
            if cell.mass == 0.0 {
                break;
            }
            if cell.children == 0 {
                self.divide(at);
            }
            self.cells[at].add(body);
            at = self.cells[at].child(body);
        }
        self.cells[at].add(body);
    }

    /// Makes four children and moves the one body of a leaf into its own.
    fn divide(&mut self, at: usize) {
        let cell = self.cells[at];
        let quarter = cell.half / 2.0;
        let (x, y) = cell.middle;
        let corners = [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)];
        self.cells[at].children = u32::try_from(self.cells.len()).unwrap_or(0);
        for (right, down) in corners {
            let middle = (x + right * quarter, y + down * quarter);
            self.cells.push(Cell::empty(middle, quarter));
        }
        let body = cell.center();
        let child = self.cells[at].child(body);
        self.cells[child].add(body);
    }

    /// Sum over all other bodies of mass / distance² times the way from them to `body`.
    pub(super) fn push(&self, body: Body, stack: &mut Vec<u32>) -> (f64, f64) {
        let mut force = (0.0, 0.0);
        stack.clear();
        stack.push(0);
        while let Some(at) = stack.pop() {
            let cell = &self.cells[at as usize];
            if cell.mass == 0.0 {
                continue;
            }
            let center = cell.center();
            let (dx, dy) = (body.x - center.x, body.y - center.y);
            let distance2 = dx * dx + dy * dy;
            let side = 2.0 * cell.half;
            if cell.children == 0 || side * side < THETA * THETA * distance2 {
                // A body does not push itself, and one at the very same place in no direction.
                if distance2 > 0.0 {
                    force.0 += dx * cell.mass / distance2;
                    force.1 += dy * cell.mass / distance2;
                }
                continue;
            }
            stack.extend(cell.children..cell.children + 4);
        }
        force
    }
}

impl Cell {
    fn empty(middle: (f64, f64), half: f64) -> Self {
        Self {
            middle,
            half,
            moment: (0.0, 0.0),
            mass: 0.0,
            children: 0,
        }
    }

    fn add(&mut self, body: Body) {
        self.moment.0 += body.x * body.mass;
        self.moment.1 += body.y * body.mass;
        self.mass += body.mass;
    }

    fn center(&self) -> Body {
        Body {
            x: self.moment.0 / self.mass,
            y: self.moment.1 / self.mass,
            mass: self.mass,
        }
    }

    fn child(&self, body: Body) -> usize {
        let right = usize::from(body.x >= self.middle.0);
        let down = usize::from(body.y >= self.middle.1);
        self.children as usize + right + 2 * down
    }
}
