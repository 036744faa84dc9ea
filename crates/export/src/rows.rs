//! What is taken.

/// An entity.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Node {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// `person`, `organization`, …
    pub kind: String,
    /// All names as found: none of them may be read anywhere in a file that withholds the entity.
    pub names: Vec<String>,
    /// Withheld from every export.
    pub protected: bool,
    /// Where it stands in the picture.
    pub position: Option<(f64, f64)>,
}

/// Words that show a tie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quote {
    /// Id of the document.
    pub document: String,
    /// The words.
    pub text: String,
}

/// A tie.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edge {
    /// Its id.
    pub id: String,
    /// Id of the entity at the one end.
    pub from: String,
    /// Id of the entity at the other end.
    pub to: String,
    /// `Directorship`, `Ownership`, …
    pub kind: String,
    /// In which role.
    pub role: Option<String>,
    /// The ends may be exchanged.
    pub symmetric: bool,
    /// Who says so, in words: "asserted by 2, denied by 1". Never empty.
    pub stance: String,
    /// Somebody asserts or alleges it.
    pub established: bool,
    /// Least and greatest number of independent sources.
    pub independent_sources: (u32, u32),
    /// First day, month or year in which it held: an ISO date, perhaps partial.
    pub since: Option<String>,
    /// Last such date; of what happened at a time, that date again.
    pub until: Option<String>,
    /// How much, in words: "10–15 million GBP".
    pub amount: Option<String>,
    /// How strong it is: the surest counts 1.
    pub weight: f64,
    /// Its evidence.
    pub quotes: Vec<Quote>,
    /// It rests on a document that is withheld from every export.
    pub protected: bool,
}

/// Entities and ties, in any order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Graph {
    /// Entities.
    pub nodes: Vec<Node>,
    /// Ties; one with an end that is not among the entities is left out.
    pub edges: Vec<Edge>,
}

/// What to write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Write ties that are not established as well, marked as such.
    pub not_established: bool,
    /// Write the words of the evidence.
    pub quotes: bool,
}
