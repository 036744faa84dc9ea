//! Which segments to merge: by bytes, so that no merge maps more of the disk into memory than a fixed amount.

use std::path::PathBuf;

use tantivy::SegmentMeta;
use tantivy::index::SegmentComponent;
use tantivy::merge_policy::{MergeCandidate, MergePolicy};

/// The files of a segment that grow with it.
const COMPONENTS: &[SegmentComponent] = &[
    SegmentComponent::Postings,
    SegmentComponent::Positions,
    SegmentComponent::Terms,
    SegmentComponent::FastFields,
];
/// Segments of this many bytes and more stay as they are.
const LARGE: u64 = 48 << 20;
/// Most bytes that are merged at once.
const MOST_AT_ONCE: u64 = 64 << 20;
/// Smaller segments count as of this size.
const SMALL: u64 = 1 << 20;
/// So many segments of about the same size are merged.
const ENOUGH: usize = 6;
/// Segments are about the same size when they differ by less than this factor.
const STEP: u64 = 4;
/// A segment with more than this part of its documents deleted is merged with others of any size.
const MOST_DELETED: f64 = 0.3;

/// Merges segments of about the same size.
#[derive(Debug)]
pub(crate) struct BySize {
    pub(crate) dir: PathBuf,
}

impl BySize {
    fn size(&self, segment: &SegmentMeta) -> u64 {
        let files = COMPONENTS
            .iter()
            .map(|part| segment.relative_path(part.clone()));
        let sizes = files.filter_map(|file| std::fs::symlink_metadata(self.dir.join(file)).ok());
        sizes.map(|metadata| metadata.len()).sum()
    }
}

impl MergePolicy for BySize {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let mut sized: Vec<(u64, &SegmentMeta)> = segments
            .iter()
            .map(|segment| (self.size(segment).max(SMALL), segment))
            .collect();
        sized.sort_by_key(|(size, segment)| (*size, segment.id()));
        let mut candidates = Vec::new();
        let mut group: Vec<(u64, &SegmentMeta)> = Vec::new();
        for (size, segment) in sized {
            let deleted =
                f64::from(segment.num_deleted_docs()) / f64::from(segment.max_doc().max(1));
            if deleted > MOST_DELETED && size > SMALL {
                candidates.push(MergeCandidate(vec![segment.id()]));
                continue;
            }
            if size >= LARGE {
                continue;
            }
            let total: u64 = group.iter().map(|(size, _)| size).sum();
            let alike = group.first().is_none_or(|(least, _)| size < least * STEP);
            if !alike || total + size > MOST_AT_ONCE {
                finish(&mut group, &mut candidates, total + size > MOST_AT_ONCE);
            }
            group.push((size, segment));
        }
        finish(&mut group, &mut candidates, false);
        candidates
    }
}

/// Merges the group when it is full, or large enough; forgets it either way.
fn finish(group: &mut Vec<(u64, &SegmentMeta)>, candidates: &mut Vec<MergeCandidate>, full: bool) {
    if group.len() >= ENOUGH || full && group.len() > 1 {
        candidates.push(MergeCandidate(
            group.iter().map(|(_, segment)| segment.id()).collect(),
        ));
    }
    group.clear();
}
