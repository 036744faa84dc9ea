//! Mail as ties: who wrote to whom, how often, who brought whom together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use onrecord_pipeline::Mailbox;
use onrecord_pipeline::network::mail::{MailRow, correspondence, introductions};
use onrecord_record::{DateTime, FORMAT_VERSION};
use serde::Serialize;

use crate::error::Error;
use crate::open::Workbench;
use crate::quoting::Named;
use crate::timeline::day;

/// Somebody who wrote or received mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParticipantLine {
    /// Version of this object.
    pub format_version: u32,
    /// Id of the entity, or the address where there is none.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Addresses seen in headers.
    pub addresses: Vec<String>,
    /// Messages written.
    pub sent: u64,
    /// Messages received, copies included.
    pub received: u64,
    /// With how many others.
    pub correspondents: u64,
    /// Day of the earliest message.
    pub first: Option<String>,
    /// Day of the latest.
    pub last: Option<String>,
}

/// How often one wrote to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CorrespondenceLine {
    /// Version of this object.
    pub format_version: u32,
    /// Who wrote: id of an entity, or an address.
    pub from: String,
    /// What the writer is called.
    pub from_name: String,
    /// Who received.
    pub to: String,
    /// What the receiver is called.
    pub to_name: String,
    /// Messages addressed to them.
    pub n_to: u64,
    /// Messages of which they got a copy.
    pub n_cc: u64,
    /// Messages of which they got a hidden copy.
    pub n_bcc: u64,
    /// Day of the earliest.
    pub first: Option<String>,
    /// Day of the latest.
    pub last: Option<String>,
    /// Messages by month.
    pub months: BTreeMap<String, u64>,
    /// Conversations that they share in this way.
    pub n_threads: u64,
    /// The earliest message.
    pub evidence: String,
}

/// Somebody wrote to two of different houses who had not written to each other, and then they did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IntroductionLine {
    /// Version of this object.
    pub format_version: u32,
    /// Who brought them together.
    pub by: Named,
    /// The two.
    pub between: [Named; 2],
    /// The message to both.
    pub document: String,
    /// Its day.
    pub date: Option<String>,
    /// The first message of one of the two to the other.
    pub followed_by: String,
}

impl Workbench {
    /// Everybody who wrote or received mail, those with most messages first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn participants(&self) -> Result<Vec<ParticipantLine>, Error> {
        let (people, rows) = self.mail_rows()?;
        Ok(people.participants(&rows))
    }

    /// Who wrote to whom, most messages first; of one entity or address only, where one is named.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, or the store cannot be read.
    pub fn correspondence(&self, of: Option<&str>) -> Result<Vec<CorrespondenceLine>, Error> {
        let of = self.entity_id(of)?.map(|id| id.to_hex());
        let (people, rows) = self.mail_rows()?;
        let ties = correspondence(&rows).into_iter();
        let lines = ties.map(|tie| CorrespondenceLine {
            format_version: FORMAT_VERSION,
            from_name: people.name(&tie.from),
            to_name: people.name(&tie.to),
            from: tie.from,
            to: tie.to,
            n_to: tie.n_to,
            n_cc: tie.n_cc,
            n_bcc: tie.n_bcc,
            first: day(tie.first),
            last: day(tie.last),
            months: tie.months,
            n_threads: tie.n_threads,
            evidence: tie.evidence.to_hex(),
        });
        let is_of = |line: &CorrespondenceLine| {
            of.as_ref()
                .is_none_or(|of| *of == line.from || *of == line.to)
        };
        let mut lines: Vec<_> = lines.filter(is_of).collect();
        let n = |line: &CorrespondenceLine| line.n_to + line.n_cc + line.n_bcc;
        lines.sort_by(|a, b| (n(b), &a.from, &a.to).cmp(&(n(a), &b.from, &b.to)));
        Ok(lines)
    }

    /// Who brought whom together, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn introductions(&self) -> Result<Vec<IntroductionLine>, Error> {
        let (people, rows) = self.mail_rows()?;
        let found =
            introductions(&rows, |one, other| people.are_colleagues(one, other)).into_iter();
        let lines = found.map(|found| IntroductionLine {
            format_version: FORMAT_VERSION,
            by: people.named(&found.by),
            between: found.between.each_ref().map(|id| people.named(id)),
            document: found.document.to_hex(),
            date: day(Some(found.date)),
            followed_by: found.followed_by.to_hex(),
        });
        Ok(lines.collect())
    }

    pub(crate) fn mail_rows(&self) -> Result<(People, Vec<MailRow<String>>), Error> {
        let mut people = People::default();
        let mut rows = Vec::new();
        let threads = self.reader.thread_by_message()?;
        self.reader.messages(&mut |document, info| {
            let date = info.date;
            let month = date.and_then(DateTime::day).map(|day| {
                let day = day.to_string();
                day[..day.len().min(7)].to_owned()
            });
            let mut keys = |list: &[Mailbox]| -> Result<Vec<String>, Error> {
                let keys = list.iter().map(|mailbox| people.key(self, mailbox));
                keys.filter_map(Result::transpose).collect()
            };
            rows.push(MailRow {
                document,
                date: date.map(|date| date.unix),
                month,
                thread: threads.get(&document).copied(),
                from: keys(&info.from)?,
                to: keys(&info.to)?,
                cc: keys(&info.cc)?,
                bcc: keys(&info.bcc)?,
            });
            Ok::<(), Error>(())
        })?;
        Ok((people, rows))
    }
}

#[derive(Default)]
struct Tally<'a> {
    sent: u64,
    received: u64,
    dates: Vec<i64>,
    others: BTreeSet<&'a String>,
}

/// Who stands behind an address: the entity that has it, or else the address itself.
#[derive(Default)]
pub(crate) struct People {
    by_address: HashMap<String, String>,
    names: BTreeMap<String, String>,
    addresses: BTreeMap<String, BTreeSet<String>>,
}

impl People {
    /// `None` for a party without an address.
    fn key(&mut self, bench: &Workbench, mailbox: &Mailbox) -> Result<Option<String>, Error> {
        let Some(address) = mailbox.address.as_deref().map(str::to_lowercase) else {
            return Ok(None);
        };
        if let Some(known) = self.by_address.get(&address) {
            return Ok(Some(known.clone()));
        }
        // An address that several people share stands for itself.
        let (id, name) = match bench.reader.entities_named(&address)?.as_slice() {
            [one] => (one.id.to_hex(), one.name.clone()),
            _ => (address.clone(), address.clone()),
        };
        self.names.insert(id.clone(), name);
        self.addresses
            .entry(id.clone())
            .or_default()
            .insert(address.clone());
        self.by_address.insert(address, id.clone());
        Ok(Some(id))
    }

    /// Everybody who wrote or received one of these, those with most messages first.
    pub(crate) fn participants(&self, rows: &[MailRow<String>]) -> Vec<ParticipantLine> {
        let mut tallies: BTreeMap<&str, Tally<'_>> = BTreeMap::new();
        for row in rows {
            let receivers: BTreeSet<&String> =
                row.to.iter().chain(&row.cc).chain(&row.bcc).collect();
            for from in row.from.iter().collect::<BTreeSet<_>>() {
                let tally = tallies.entry(from).or_default();
                tally.sent += 1;
                tally.dates.extend(row.date);
                tally
                    .others
                    .extend(receivers.iter().filter(|to| **to != from).copied());
            }
            for to in receivers {
                let tally = tallies.entry(to).or_default();
                tally.received += 1;
                tally.dates.extend(row.date);
                tally
                    .others
                    .extend(row.from.iter().filter(|from| *from != to));
            }
        }
        let lines = tallies.into_iter().map(|(id, tally)| ParticipantLine {
            format_version: FORMAT_VERSION,
            name: self.name(id),
            addresses: self.addresses(id),
            sent: tally.sent,
            received: tally.received,
            correspondents: tally.others.len() as u64,
            first: day(tally.dates.iter().min().copied()),
            last: day(tally.dates.iter().max().copied()),
            id: id.to_owned(),
        });
        let mut lines: Vec<_> = lines.collect();
        lines.sort_by(|a, b| (b.sent + b.received, &a.id).cmp(&(a.sent + a.received, &b.id)));
        lines
    }

    fn name(&self, id: &str) -> String {
        self.names.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    fn named(&self, id: &str) -> Named {
        Named {
            id: id.to_owned(),
            name: self.name(id),
        }
    }

    /// Whether the two have addresses at one domain.
    pub(crate) fn are_colleagues(&self, one: &str, other: &str) -> bool {
        let domains = |id: &str| -> BTreeSet<&str> {
            let addresses = self.addresses.get(id).into_iter().flatten();
            addresses
                .filter_map(|address| Some(address.rsplit_once('@')?.1))
                .collect()
        };
        !domains(one).is_disjoint(&domains(other))
    }

    fn addresses(&self, id: &str) -> Vec<String> {
        self.addresses
            .get(id)
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }
}
