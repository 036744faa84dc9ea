//! Stages `resolve`, `copies` and `claims`: entities across documents, near-copies among documents,
//! statements with the same content.

use onrecord_entities::across::{Cluster, Row, resolve};
use onrecord_statements::claims::{Claim, StatementRow, claims};
use onrecord_statements::copies::{DocumentRow, NearCopies, near_copies};
use onrecord_statements::independence::Relations;

use crate::stage::{Fingerprint, STAGES, Stage, StageInfo};

/// Raised whenever other documents become copies.
const COPIES_VERSION: u32 = 1;
/// Raised whenever statements are grouped or counted otherwise.
const CLAIMS_VERSION: u32 = 2;

/// Raised whenever other entities are joined.
const RESOLVE_VERSION: u32 = 2;

/// Joins the entities of documents into those of the case.
#[derive(Debug, Clone, Copy, Default)]
pub struct Resolve;

impl Stage for Resolve {
    type Input = [Row];
    type Output = Vec<Cluster>;

    fn info(&self) -> &'static StageInfo {
        StageInfo::named("resolve").unwrap_or(&STAGES[0])
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::new("resolve", RESOLVE_VERSION, &[])
    }

    fn run(&self, input: &[Row]) -> Vec<Cluster> {
        resolve(input.iter().cloned())
    }

    fn merge(&self, parts: Vec<Vec<Cluster>>) -> Vec<Cluster> {
        let mut clusters: Vec<Cluster> = parts.into_iter().flatten().collect();
        clusters.sort_unstable_by_key(|cluster| cluster.id);
        clusters
    }
}

/// Finds documents that hold the words of others.
#[derive(Debug, Clone, Copy, Default)]
pub struct Copies;

impl Stage for Copies {
    type Input = [DocumentRow];
    type Output = NearCopies;

    fn info(&self) -> &'static StageInfo {
        StageInfo::named("copies").unwrap_or(&STAGES[0])
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::new("copies", COPIES_VERSION, &[])
    }

    fn run(&self, input: &[DocumentRow]) -> NearCopies {
        near_copies(input)
    }

    fn merge(&self, parts: Vec<NearCopies>) -> NearCopies {
        let mut merged = NearCopies::default();
        for part in parts {
            merged.clusters.extend(part.clusters);
            merged.held.extend(part.held);
        }
        merged
            .clusters
            .sort_by(|a, b| a.documents.cmp(&b.documents));
        merged.held.sort_by_key(|held| (held.original, held.copy));
        merged
    }
}

/// Groups statements with the same content, and counts the independent sources behind each group.
#[derive(Debug, Clone, Copy, Default)]
pub struct Claims;

impl Stage for Claims {
    type Input = (Vec<StatementRow>, Relations);
    type Output = Vec<Claim>;

    fn info(&self) -> &'static StageInfo {
        StageInfo::named("claims").unwrap_or(&STAGES[0])
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::new("claims", CLAIMS_VERSION, &[])
    }

    fn run(&self, (rows, relations): &(Vec<StatementRow>, Relations)) -> Vec<Claim> {
        claims(rows, relations)
    }

    fn merge(&self, parts: Vec<Vec<Claim>>) -> Vec<Claim> {
        let mut claims: Vec<Claim> = parts.into_iter().flatten().collect();
        claims.sort_by_key(|claim| claim.id);
        claims
    }
}
