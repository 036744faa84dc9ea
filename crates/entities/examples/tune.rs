#![allow(clippy::disallowed_methods, missing_docs)]
use onrecord_entities::names::*;
use std::io::BufRead;
fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let c: Vec<&str> = line.split('\t').collect();
        let kind = match c[0] {
            "Person" => NameKind::Person,
            "Company" => NameKind::Company,
            "Vessel" => NameKind::Vessel,
            _ => NameKind::Organization,
        };
        let (l, r) = (ParsedName::parse(c[1], kind), ParsedName::parse(c[2], kind));
        let a = compare(&l, &r);
        let rs: Vec<String> = a
            .reasons
            .iter()
            .map(|r| format!("[{}:{}~{} {:.2}]", r.what, r.left, r.right, r.score))
            .collect();
        println!("{}\t{:?}\t{}", a.score, conflict(&l, &r), rs.join(" "));
    }
}
