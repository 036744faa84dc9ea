//! Messages into conversations, with the gaps where a message is missing.
//!
//! The idea is Jamie Zawinski's (<https://www.jwz.org/doc/threading.html>): References and In-Reply-To say
//! what answers what, and an id that no message bears is a gap. Three things differ. A subject never
//! joins anything. Outlook's Thread-Index joins as well: 22 bytes for the conversation and 5 for
//! each answer, so that its prefix is what was answered ([MS-OXOMSG] §2.2.1.3). And where several
//! headers disagree, counting and content decide, never the order in which messages were read.

use std::collections::HashMap;

use onrecord_record::{DateTime, DocumentId};

/// What threading needs of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadInput {
    /// The document.
    pub id: DocumentId,
    /// Message-ID without angle brackets.
    pub message_id: Option<String>,
    /// Message-IDs of References, oldest first.
    pub references: Vec<String>,
    /// Message-IDs of In-Reply-To.
    pub in_reply_to: Vec<String>,
    /// Outlook's Thread-Index, decoded.
    pub thread_index: Option<Vec<u8>>,
    /// Subject, decoded; shown, never a reason to join.
    pub subject: Option<String>,
    /// When it was written.
    pub date: Option<DateTime>,
    /// Who wrote it, as shown.
    pub from: Option<String>,
}

/// A message of a thread, or the gap where one is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadNode {
    /// The document; `None` when the message is missing.
    pub document: Option<DocumentId>,
    /// Its Message-ID; `None` when it has none, or is known from Thread-Index alone.
    pub message_id: Option<String>,
    /// When it was written; `None` when it is missing or says nothing readable.
    pub date: Option<DateTime>,
    /// Who wrote it.
    pub from: Option<String>,
    /// 0 for the beginning of the thread.
    pub depth: u32,
    /// Index in [`Thread::messages`] of what it answers; always smaller than its own.
    pub parent: Option<u32>,
    /// Documents that name this missing message, least id first; empty for present ones.
    pub referenced_by: Vec<DocumentId>,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The least id of its documents.
    pub id: DocumentId,
    /// Subject of its earliest message.
    pub subject: Option<String>,
    /// In reading order: each answer after what it answers, siblings by date. More than one may
    /// have depth 0: what links them is a shared Message-ID or Thread-Index.
    pub messages: Vec<ThreadNode>,
    /// How many of its messages are missing.
    pub missing: usize,
}

/// Groups messages into threads, earliest thread first; the order of `messages` makes no difference.
///
/// Documents that share a Message-ID come into one thread, each with its own place; answers stand
/// under the earliest of them. Of a loop of references the earliest message becomes the beginning.
/// A document given twice counts once. Time is that of a sort; depth is bounded by memory alone.
#[must_use]
pub fn group_threads(messages: &[ThreadInput]) -> Vec<Thread> {
    let mut inputs: Vec<&ThreadInput> = messages.iter().collect();
    inputs.sort_by_key(|input| (moment(input), input.id));
    inputs.dedup_by_key(|input| input.id);
    let mut graph = Graph::of_present(&inputs);
    let mut votes = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        graph.link_by_ids(index, input, &mut votes);
    }
    for (index, input) in inputs.iter().enumerate() {
        graph.link_by_thread_index(index, input);
    }
    graph.apply_votes(votes);
    graph.break_loops();
    graph.into_threads(&inputs)
}

/// Conversation part of a Thread-Index, and what each answer adds.
const INDEX_HEADER: usize = 22;
const INDEX_STEP: usize = 5;
/// More answers upon answers than people write; a longer index is followed no further.
const MAX_INDEX: usize = INDEX_HEADER + 500 * INDEX_STEP;

/// Undated messages come last.
fn moment(input: &ThreadInput) -> i64 {
    input.date.map_or(i64::MAX, |date| date.unix)
}

#[derive(Debug, Default)]
struct Node<'a> {
    message_id: Option<&'a str>,
    parent: Option<usize>,
    referenced_by: Vec<DocumentId>,
}

/// Nodes are numbered: first the documents in order of date and id, then the missing messages in
/// the order in which those name them. So a smaller number means earlier, on every machine.
struct Graph<'a> {
    nodes: Vec<Node<'a>>,
    n_present: usize,
    by_id: HashMap<&'a str, usize>,
    by_index: HashMap<&'a [u8], usize>,
    sets: Vec<usize>,
}

impl<'a> Graph<'a> {
    fn of_present(inputs: &[&'a ThreadInput]) -> Self {
        let mut graph = Graph {
            nodes: Vec::with_capacity(inputs.len()),
            n_present: inputs.len(),
            by_id: HashMap::with_capacity(inputs.len()),
            by_index: HashMap::new(),
            sets: Vec::with_capacity(inputs.len()),
        };
        for input in inputs {
            let node = graph.add(input.message_id.as_deref());
            if let Some(id) = input.message_id.as_deref() {
                let first = *graph.by_id.entry(id).or_insert(node);
                graph.unite(first, node);
            }
            if let Some(index) = index_of(input) {
                let first = *graph.by_index.entry(index).or_insert(node);
                graph.unite(first, node);
            }
        }
        graph
    }

    fn add(&mut self, message_id: Option<&'a str>) -> usize {
        let node = self.nodes.len();
        self.nodes.push(Node {
            message_id,
            ..Node::default()
        });
        self.sets.push(node);
        node
    }

    fn find(&mut self, mut node: usize) -> usize {
        while self.sets[node] != node {
            self.sets[node] = self.sets[self.sets[node]];
            node = self.sets[node];
        }
        node
    }

    /// Puts two nodes into one thread; the smaller number names it.
    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        self.sets[one.max(other)] = one.min(other);
    }

    fn by_message_id(&mut self, id: &'a str) -> usize {
        match self.by_id.get(id) {
            Some(node) => *node,
            None => {
                let node = self.add(Some(id));
                self.by_id.insert(id, node);
                node
            }
        }
    }

    /// Takes what References and In-Reply-To say; what References say of others becomes a vote.
    fn link_by_ids(
        &mut self,
        index: usize,
        input: &'a ThreadInput,
        votes: &mut Vec<(usize, usize)>,
    ) {
        let own = input.message_id.as_deref();
        let named = |id: &&'a String| Some(id.as_str()) != own && !id.is_empty();
        let mut before = None;
        for id in input.references.iter().filter(named) {
            let node = self.name(id, index, input.id);
            if let Some(before) = before
                && before != node
            {
                votes.push((node, before));
            }
            before = Some(node);
        }
        let mut answered = input.in_reply_to.iter().filter(named);
        let first_answered = answered.next().map(|id| self.name(id, index, input.id));
        for id in answered {
            self.name(id, index, input.id);
        }
        // Some programs sort References wrongly or name what never was; the one id of In-Reply-To, if it
        // is among them or present where their last is not, is what the writer answered.
        let is_present = |node: Option<usize>| node.is_some_and(|node| node < self.n_present);
        let is_confirmed = input.in_reply_to.len() == 1
            && (input.references.contains(&input.in_reply_to[0])
                || (is_present(first_answered) && !is_present(before)));
        let parent = if is_confirmed {
            first_answered
        } else {
            before.or(first_answered)
        };
        self.nodes[index].parent = parent.filter(|parent| *parent != index);
    }

    /// The node that a document names; a missing one remembers by whom.
    fn name(&mut self, id: &'a str, by: usize, document: DocumentId) -> usize {
        let node = self.by_message_id(id);
        self.unite(by, node);
        if node >= self.n_present && self.nodes[node].referenced_by.last() != Some(&document) {
            self.nodes[node].referenced_by.push(document);
        }
        node
    }

    /// Follows the prefixes of a Thread-Index where ids say nothing; else only joins the conversation.
    fn link_by_thread_index(&mut self, index: usize, input: &'a ThreadInput) {
        let Some(whole) = index_of(input) else { return };
        let header = &whole[..INDEX_HEADER];
        if self.nodes[index].parent.is_some() {
            let first = *self.by_index.entry(header).or_insert(index);
            self.unite(first, index);
            return;
        }
        let mut child = index;
        let mut length = whole.len();
        while length > INDEX_HEADER {
            length -= INDEX_STEP;
            let prefix = &whole[..length];
            let known = self.by_index.get(prefix).copied();
            let parent = known.unwrap_or_else(|| self.add(None));
            self.by_index.insert(prefix, parent);
            self.unite(child, parent);
            if parent >= self.n_present
                && self.nodes[parent].referenced_by.last() != Some(&input.id)
            {
                self.nodes[parent].referenced_by.push(input.id);
            }
            if self.nodes[child].parent.is_none() && parent != child {
                self.nodes[child].parent = Some(parent);
            }
            child = parent;
        }
    }

    /// Gives a parent to each missing message that References place: the one named most often, of
    /// equals the earliest. What a present message says of itself, or leaves unsaid, stands.
    fn apply_votes(&mut self, mut votes: Vec<(usize, usize)>) {
        votes.retain(|(child, _)| *child >= self.n_present && self.nodes[*child].parent.is_none());
        votes.sort_unstable();
        for of_child in votes.chunk_by(|one, other| one.0 == other.0) {
            let most = of_child
                .chunk_by(|one, other| one == other)
                .map(|same| (same.len(), std::cmp::Reverse(same[0].1)))
                .max();
            self.nodes[of_child[0].0].parent = most.map(|(_, parent)| parent.0);
        }
    }

    /// Cuts each loop above its node with the smallest number.
    fn break_loops(&mut self) {
        let mut seen_from = vec![usize::MAX; self.nodes.len()];
        for start in 0..self.nodes.len() {
            let mut at = start;
            while seen_from[at] == usize::MAX {
                seen_from[at] = start;
                match self.nodes[at].parent {
                    Some(parent) => at = parent,
                    None => break,
                }
            }
            if seen_from[at] == start && self.nodes[at].parent.is_some() {
                self.cut_loop(at);
            }
        }
    }

    /// Cuts the loop that goes through `on`, if one does.
    fn cut_loop(&mut self, on: usize) {
        let (mut least, mut at) = (on, on);
        while let Some(parent) = self.nodes[at].parent {
            at = parent;
            least = least.min(at);
            if at == on {
                self.nodes[least].parent = None;
                return;
            }
        }
    }

    /// When each node was written; of a missing or undated one, when its first answer was.
    fn moments(&self, inputs: &[&ThreadInput]) -> Vec<i64> {
        let mut moments: Vec<i64> = inputs.iter().map(|input| moment(input)).collect();
        moments.resize(self.nodes.len(), i64::MAX);
        let is_dated: Vec<bool> = moments.iter().map(|moment| *moment != i64::MAX).collect();
        for start in (0..self.nodes.len()).filter(|start| is_dated[*start]) {
            let mut at = start;
            while let Some(parent) = self.nodes[at].parent {
                if is_dated[parent] || moments[parent] <= moments[at] {
                    break;
                }
                moments[parent] = moments[at];
                at = parent;
            }
        }
        moments
    }

    fn into_threads(mut self, inputs: &[&ThreadInput]) -> Vec<Thread> {
        let moments = self.moments(inputs);
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        order.sort_by_key(|node| (moments[*node], *node));
        // Children lists in one array, each in order of date: `next` leads from sibling to sibling.
        let mut first_child = vec![None; self.nodes.len()];
        let mut next = vec![None; self.nodes.len()];
        let mut last_root: HashMap<usize, usize> = HashMap::new();
        let mut roots: Vec<(usize, usize)> = Vec::new();
        for &node in order.iter().rev() {
            if let Some(parent) = self.nodes[node].parent {
                next[node] = first_child[parent].replace(node);
                continue;
            }
            let set = self.find(node);
            next[node] = last_root.insert(set, node);
        }
        for &node in &order {
            let set = self.find(node);
            if let Some(root) = last_root.remove(&set) {
                roots.push((set, root));
            }
        }
        roots
            .into_iter()
            .map(|(_, root)| self.thread(root, &first_child, &next, inputs))
            .collect()
    }

    fn thread(
        &mut self,
        root: usize,
        first_child: &[Option<usize>],
        next: &[Option<usize>],
        inputs: &[&ThreadInput],
    ) -> Thread {
        let mut messages: Vec<ThreadNode> = Vec::new();
        let mut documents: Vec<usize> = Vec::new();
        let mut stack = vec![(root, None::<u32>, 0)];
        while let Some((node, parent, depth)) = stack.pop() {
            stack.extend(next[node].map(|sibling| (sibling, parent, depth)));
            let here = u32::try_from(messages.len()).ok();
            stack.extend(first_child[node].map(|child| (child, here, depth + 1)));
            let present = inputs.get(node);
            if present.is_some() {
                documents.push(node);
            }
            let mut referenced_by = std::mem::take(&mut self.nodes[node].referenced_by);
            referenced_by.sort_unstable();
            referenced_by.dedup();
            messages.push(ThreadNode {
                document: present.map(|input| input.id),
                message_id: self.nodes[node].message_id.map(str::to_owned),
                date: present.and_then(|input| input.date),
                from: present.and_then(|input| input.from.clone()),
                depth,
                parent,
                referenced_by,
            });
        }
        let earliest = documents.iter().min().map(|node| inputs[*node]);
        let id = documents.iter().map(|node| inputs[*node].id).min();
        Thread {
            // Every missing message was named by a document, and shares its thread.
            id: id.expect("a thread holds a document"),
            subject: earliest.and_then(|input| input.subject.clone()),
            missing: messages.len() - documents.len(),
            messages,
        }
    }
}

/// The Thread-Index of a message, cut to whole steps; `None` where it is too short or far too long.
fn index_of(input: &ThreadInput) -> Option<&[u8]> {
    let index = input.thread_index.as_deref()?;
    let steps = index.len().checked_sub(INDEX_HEADER)? / INDEX_STEP;
    let length = INDEX_HEADER + steps * INDEX_STEP;
    (length <= MAX_INDEX).then(|| &index[..length])
}

#[cfg(test)]
mod tests;
