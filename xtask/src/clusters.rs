//! How well one clustering fits another.

use std::collections::HashMap;
use std::fmt;

/// B-cubed and exact entities.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Fit {
    pub(crate) mentions: usize,
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    /// F1 of clusters that hold exactly the mentions of an entity.
    pub(crate) exact: f64,
}

impl Fit {
    /// Compares the cluster that each mention is in with the entity that it is of.
    pub(crate) fn of(pairs: &[(String, String)]) -> Self {
        let mut gold: HashMap<&str, f64> = HashMap::new();
        let mut found: HashMap<&str, f64> = HashMap::new();
        let mut both: HashMap<(&str, &str), f64> = HashMap::new();
        for (entity, cluster) in pairs {
            *gold.entry(entity).or_default() += 1.0;
            *found.entry(cluster).or_default() += 1.0;
            *both.entry((entity, cluster)).or_default() += 1.0;
        }
        let (mut precision, mut recall, mut exact) = (0.0, 0.0, 0.0);
        for ((entity, cluster), n) in &both {
            precision += n * n / found[cluster];
            recall += n * n / gold[entity];
            if *n == gold[entity] && *n == found[cluster] {
                exact += 1.0;
            }
        }
        let n = pairs.len().max(1) as f64;
        Self {
            mentions: pairs.len(),
            precision: precision / n,
            recall: recall / n,
            exact: 2.0 * exact / (gold.len() + found.len()).max(1) as f64,
        }
    }

    fn f1(&self) -> f64 {
        let sum = self.precision + self.recall;
        if sum > 0.0 {
            2.0 * self.precision * self.recall / sum
        } else {
            0.0
        }
    }
}

impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "| {} | {:.3} | {:.3} | {:.3} | {:.3} |",
            self.mentions,
            self.precision,
            self.recall,
            self.f1(),
            self.exact
        )
    }
}

/// Heads of the columns of a [`Fit`].
pub(crate) const COLUMNS: &str = "| mentions | B3 precision | recall | F1 | exact entities F1 |";
