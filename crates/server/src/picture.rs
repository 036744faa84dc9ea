//! Pictures of ties as SVG: a solid line is established, a dashed one is not, and a title says so in words.

use std::collections::BTreeMap;

use onrecord_workbench::{NetworkView, PathView};

/// Distance of columns and rows in a picture of ways.
const COLUMN: f64 = 210.0;
const ROW: f64 = 84.0;
const MARGIN: f64 = 90.0;
/// Width of a picture of a network.
const WIDTH: f64 = 1_200.0;
/// Letters of a name under its dot.
const LETTERS: usize = 26;

/// A picture, in units of its own.
pub(crate) struct Picture {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) dots: Vec<Dot>,
    pub(crate) lines: Vec<Line>,
}

/// An entity.
pub(crate) struct Dot {
    pub(crate) id: String,
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) radius: f64,
    pub(crate) name: String,
    pub(crate) short: String,
    pub(crate) is_end: bool,
}

/// A tie.
pub(crate) struct Line {
    pub(crate) x1: f64,
    pub(crate) y1: f64,
    pub(crate) x2: f64,
    pub(crate) y2: f64,
    pub(crate) is_open: bool,
    pub(crate) title: String,
    pub(crate) label: String,
}

impl Line {
    /// A label stands a third along its line, a little above it: lines cross in the middle.
    pub(crate) fn label_x(&self) -> f64 {
        self.x1 + (self.x2 - self.x1) / 3.0
    }

    pub(crate) fn label_y(&self) -> f64 {
        self.y1 + (self.y2 - self.y1) / 3.0 - 5.0
    }
}

/// Ways side by side: each entity in the column of its place on the shortest way that it is on.
pub(crate) fn of_ways<'a>(ways: impl Iterator<Item = &'a PathView> + Clone) -> Picture {
    let longest = ways.clone().map(|way| way.hops.len()).max().unwrap_or(0);
    let mut columns: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for way in ways.clone() {
        let mut put = |id: &'a str, name: &'a str, column: usize| {
            if !columns.contains_key(id) {
                order.push(id);
            }
            let known = columns.entry(id).or_insert((column, name));
            known.0 = known.0.min(column);
        };
        put(&way.from, &way.from_name, 0);
        for (at, hop) in way.hops.iter().enumerate() {
            let column = if hop.to == way.to { longest } else { at + 1 };
            put(&hop.to, &hop.to_name, column);
        }
    }
    let (dots, places, rows) = placed(&columns, &order, longest);
    Picture {
        width: 2.0 * MARGIN + COLUMN * longest as f64,
        height: ROW * (rows as f64 + 0.6),
        lines: lines_of(ways, &places),
        dots,
    }
}

type Places<'a> = BTreeMap<&'a str, (f64, f64)>;

fn placed<'a>(
    columns: &BTreeMap<&'a str, (usize, &str)>,
    order: &[&'a str],
    longest: usize,
) -> (Vec<Dot>, Places<'a>, usize) {
    let in_column = |column: usize| order.iter().filter(move |id| columns[*id].0 == column);
    let rows = (0..=longest).map(|column| in_column(column).count());
    let rows = rows.max().unwrap_or(1).max(1);
    let (mut dots, mut places) = (Vec::new(), Places::new());
    for column in 0..=longest {
        let count = in_column(column).count();
        for (at, id) in in_column(column).enumerate() {
            let x = MARGIN + COLUMN * column as f64;
            let y = ROW * (0.5 + (at as f64 + 0.5) * rows as f64 / count as f64) - ROW * 0.2;
            places.insert(id, (x, y));
            let name = columns[id].1;
            dots.push(Dot {
                id: (*id).to_owned(),
                x,
                y,
                radius: 7.0,
                name: name.to_owned(),
                short: short(name),
                is_end: column == 0 || column == longest,
            });
        }
    }
    (dots, places, rows)
}

fn lines_of<'a>(ways: impl Iterator<Item = &'a PathView>, places: &Places<'_>) -> Vec<Line> {
    let mut drawn: BTreeMap<(&str, &str), Line> = BTreeMap::new();
    for hop in ways.flat_map(|way| &way.hops) {
        let ends = (hop.from.as_str(), hop.to.as_str());
        let key = (ends.0.min(ends.1), ends.0.max(ends.1));
        let Some((from, to)) = places.get(ends.0).zip(places.get(ends.1)) else {
            continue;
        };
        drawn.entry(key).or_insert_with(|| Line {
            x1: from.0,
            y1: from.1,
            x2: to.0,
            y2: to.1,
            is_open: !hop.established,
            title: titled(&hop.told, hop.established),
            label: hop.kind.clone(),
        });
    }
    drawn.into_values().collect()
}

fn titled(told: &str, established: bool) -> String {
    match established {
        true => told.to_owned(),
        false => format!("{told} (not established)"),
    }
}

/// A network as it was laid out, fitted into the width of a page.
pub(crate) fn of_network(view: &NetworkView) -> Picture {
    let least = |coordinate: fn(&onrecord_workbench::NetworkNode) -> f64| {
        view.nodes
            .iter()
            .map(coordinate)
            .fold(f64::INFINITY, f64::min)
    };
    let most = |coordinate: fn(&onrecord_workbench::NetworkNode) -> f64| {
        view.nodes
            .iter()
            .map(coordinate)
            .fold(f64::NEG_INFINITY, f64::max)
    };
    let (left, top) = (least(|node| node.x), least(|node| node.y));
    let (wide, high) = (most(|node| node.x) - left, most(|node| node.y) - top);
    let scale = (WIDTH - 2.0 * MARGIN) / wide.max(high).max(1e-6);
    let place = |x: f64, y: f64| {
        (
            MARGIN + (x - left) * scale,
            MARGIN / 2.0 + (y - top) * scale,
        )
    };
    let most_ties = view
        .nodes
        .iter()
        .map(|node| node.n_ties)
        .max()
        .unwrap_or(1)
        .max(1);
    let mut places = Places::new();
    let mut dots = Vec::new();
    for node in &view.nodes {
        let (x, y) = place(node.x, node.y);
        places.insert(&node.id, (x, y));
        dots.push(Dot {
            id: node.id.clone(),
            x,
            y,
            radius: 4.0 + 8.0 * (node.n_ties as f64 / most_ties as f64).sqrt(),
            name: node.name.clone(),
            short: short(&node.name),
            is_end: node.distance == 0 && !view.of.is_empty(),
        });
    }
    let names: BTreeMap<&str, &str> = view
        .nodes
        .iter()
        .map(|node| (node.id.as_str(), node.name.as_str()))
        .collect();
    let line = |edge: &onrecord_workbench::NetworkEdge| {
        let (from, to) = places
            .get(edge.from.as_str())
            .zip(places.get(edge.to.as_str()))?;
        let name = |id: &str| names.get(id).copied().unwrap_or_default().to_owned();
        Some(Line {
            x1: from.0,
            y1: from.1,
            x2: to.0,
            y2: to.1,
            is_open: !edge.established,
            title: format!(
                "{} – {}: {}, {}",
                name(&edge.from),
                name(&edge.to),
                edge.kind,
                edge.stances
            ),
            label: String::new(),
        })
    };
    Picture {
        width: WIDTH,
        height: (high.max(0.0) * scale + MARGIN * 1.5).max(160.0),
        lines: view.edges.iter().filter_map(line).collect(),
        dots,
    }
}

/// A name that fits under its dot.
fn short(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    let kept: String = name.chars().take(LETTERS - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn long_names_are_cut_between_letters() {
        assert_eq!(short("Ångström"), "Ångström");
        assert_eq!(short(&"é".repeat(40)).chars().count(), 26);
    }
}
