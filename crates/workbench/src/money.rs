//! Who owns what, through whom; what was paid, by whom, when; who is nearest to somebody.

use std::collections::BTreeSet;

use onrecord_pipeline::entities::EntityKind;
use onrecord_pipeline::network::graph::{Chain, Filter, Ownership, Period, Tie, payment_totals};
use onrecord_record::{EntityId, FORMAT_VERSION};
use serde::Serialize;

use crate::error::Error;
use crate::network::taken;
use crate::open::Workbench;
use crate::protection::Protection;
use crate::quoting::Named;
use crate::ties::Ties;
use crate::web::Reach;

/// Most pairs of owner and asset that a case without a name asked for is told of.
const MOST_HOLDINGS: usize = 1_000;

/// Most steps of a chain of ownership from somebody, and most entities on such chains.
const MOST_CHAIN: u8 = 8;
const MOST_AROUND: usize = 200;

/// By what time payments are added up.
pub use onrecord_pipeline::network::graph::Period as PaymentPeriod;

/// What one holds of another, directly and through others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HoldingLine {
    /// Version of this object.
    pub format_version: u32,
    /// Id of the owner.
    pub owner: String,
    /// What it is called.
    pub owner_name: String,
    /// Id of the asset.
    pub asset: String,
    /// What it is called.
    pub asset_name: String,
    /// Least and greatest percentage that all chains give together; 0 to 100 where nothing is stated.
    pub share: [f64; 2],
    /// The chains, the shortest first.
    pub chains: Vec<ChainView>,
    /// Chains were left out, as there are too many or too long ones.
    pub cut: bool,
}

/// One chain from an owner to an asset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChainView {
    /// The owner, those between, the asset.
    pub entities: Vec<Named>,
    /// Least and greatest percentage of each step.
    pub steps: Vec<[f64; 2]>,
    /// What this chain alone gives.
    pub share: [f64; 2],
    /// The ties of each step.
    pub ties: Vec<Vec<String>>,
}

/// Entities that own one another in a circle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CircleLine {
    /// Version of this object.
    pub format_version: u32,
    /// Each owns some of the next, and the last some of the first.
    pub circle: Vec<Named>,
}

/// Chains of ownership of a case, or of those that somebody is in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnershipPage {
    /// Who holds what, the greatest shares first.
    pub holdings: Vec<HoldingLine>,
    /// Circles among them.
    pub circles: Vec<CircleLine>,
    /// There are more.
    pub cut: bool,
}

/// What one paid another in one period and currency. Nothing is converted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PaymentLine {
    /// Version of this object.
    pub format_version: u32,
    /// Id of who paid.
    pub from: String,
    /// What it is called.
    pub from_name: String,
    /// Id of who was paid.
    pub to: String,
    /// What it is called.
    pub to_name: String,
    /// `2024-03`, `2024`; `None` where undated, or for all time.
    pub period: Option<String>,
    /// ISO 4217 code; `None` where the text does not say.
    pub currency: Option<String>,
    /// Least sum: without what may be another payment of the list, told less exactly.
    pub min: f64,
    /// Greatest sum; `None` where a payment bears no upper bound.
    pub max: Option<f64>,
    /// Payments that surely are apart.
    pub n_payments: u64,
    /// Payments that may be others of the list, told less exactly.
    pub n_perhaps_counted: u64,
    /// Payments without an amount.
    pub n_without_amount: u64,
    /// The ties.
    pub ties: Vec<String>,
}

/// Somebody with a tie to the one asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeighborLine {
    /// Version of this object.
    pub format_version: u32,
    /// Who.
    pub id: String,
    /// What they are called.
    pub name: String,
    /// What they are.
    pub kind: EntityKind,
    /// Type of the strongest tie.
    #[serde(rename = "type")]
    pub tie_type: String,
    /// Its role.
    pub role: Option<String>,
    /// Who says so, in words.
    pub stances: String,
    /// Whether somebody asserts or alleges it.
    pub established: bool,
    /// How many ties the two have.
    pub n_ties: u64,
}

impl Workbench {
    /// Who owns what: all chains that `of` is at an end of, or all that nobody owns the owner of.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, or the store cannot be read.
    pub fn ownership(&self, of: Option<&str>, with: Option<&str>) -> Result<OwnershipPage, Error> {
        let (of, with) = (self.entity_id(of)?, self.entity_id(with)?);
        let ties = self.ties_around(of, "Ownership", MOST_CHAIN)?;
        let ownership = Ownership::of(sorted(&ties));
        let mut pairs = match of {
            Some(of) => pairs_of(&ownership, of),
            None => ultimate_pairs(&ownership),
        };
        pairs.retain(|(owner, asset)| with.is_none_or(|with| with == *owner || with == *asset));
        let cut = pairs.len() > MOST_HOLDINGS;
        let pairs = pairs.into_iter().take(MOST_HOLDINGS);
        let mut holdings: Vec<HoldingLine> = pairs
            .filter_map(|(owner, asset)| holding_line(&ownership, &ties, owner, asset))
            .collect();
        holdings.sort_by(|a, b| {
            let greater = b.share[0].total_cmp(&a.share[0]);
            let names = (&a.owner_name, &a.asset_name).cmp(&(&b.owner_name, &b.asset_name));
            greater.then(names).then_with(|| a.owner.cmp(&b.owner))
        });
        let is_asked = |circle: &Vec<EntityId>| of.is_none_or(|of| circle.contains(&of));
        let circles = ownership.circles().into_iter().filter(is_asked);
        let circles = circles.map(|circle| CircleLine {
            format_version: FORMAT_VERSION,
            circle: circle.into_iter().map(|id| named(&ties, id)).collect(),
        });
        Ok(OwnershipPage {
            holdings,
            circles: circles.collect(),
            cut,
        })
    }

    /// Totals of what was paid, by payer, payee, period and currency.
    ///
    /// # Errors
    /// When a name is unknown or ambiguous, or the store cannot be read.
    pub fn payments(
        &self,
        of: Option<&str>,
        with: Option<&str>,
        period: Period,
    ) -> Result<Vec<PaymentLine>, Error> {
        let (of, with) = (self.entity_id(of)?, self.entity_id(with)?);
        let ties = self.ties_around(of, "Payment", 1)?;
        let has = |tie: &Tie, end: Option<EntityId>| {
            end.is_none_or(|end| tie.from == end || tie.to == end)
        };
        let asked = sorted(&ties).filter(|tie| has(tie, of) && has(tie, with));
        let mut lines: Vec<PaymentLine> = payment_totals(asked, period)
            .into_iter()
            .map(|total| PaymentLine {
                format_version: FORMAT_VERSION,
                from: total.from.to_hex(),
                from_name: ties.name(total.from),
                to: total.to.to_hex(),
                to_name: ties.name(total.to),
                period: total.period,
                currency: total.total.currency,
                min: total.total.min.unwrap_or_default(),
                max: total.total.max,
                n_payments: total.n_payments as u64,
                n_perhaps_counted: total.n_perhaps_counted as u64,
                n_without_amount: total.n_without_amount as u64,
                ties: total.ties.iter().map(|id| id.to_hex()).collect(),
            })
            .collect();
        lines.sort_by(|a, b| {
            let key = |line: &PaymentLine| {
                let ends = (line.from_name.clone(), line.to_name.clone());
                (ends, line.period.clone(), line.currency.clone())
            };
            key(a).cmp(&key(b)).then_with(|| a.from.cmp(&b.from))
        });
        Ok(lines)
    }

    /// Ties of one type that are reached from somebody; all of the case where nobody is named.
    fn ties_around(&self, of: Option<EntityId>, kind: &str, depth: u8) -> Result<Ties, Error> {
        let nothing = Protection::default();
        let Some(of) = of else {
            return self.ties_outside(false, &nothing);
        };
        let filter = Filter {
            types: vec![kind.to_owned()],
            ..Filter::default()
        };
        let reach = Reach {
            centers: &[of],
            depth,
            filter: &filter,
            mail: false,
            most: MOST_AROUND,
        };
        self.ties_within(&reach, &nothing)
    }

    /// Those with a tie to one: established ties first, then the strongest.
    ///
    /// # Errors
    /// When the name is unknown or ambiguous, or the store cannot be read.
    pub fn neighbors(&self, of: &str, most: usize) -> Result<Vec<NeighborLine>, Error> {
        let of = self.find_entity(of)?.id;
        let reach = Reach {
            centers: &[of],
            depth: 1,
            filter: &Filter::default(),
            mail: false,
            most: most.saturating_add(1),
        };
        let ties = self.ties_within(&reach, &Protection::default())?;
        let near = ties.network.neighbors(of, &Filter::default(), most);
        let lines = near.into_iter().filter_map(|neighbor| {
            // A step between namesakes is no tie.
            let tie = ties.by_id.get(&neighbor.tie)?;
            Some(NeighborLine {
                format_version: FORMAT_VERSION,
                id: neighbor.entity.to_hex(),
                name: ties.name(neighbor.entity),
                kind: ties.kinds.get(&neighbor.entity).copied()?,
                tie_type: tie.kind.clone(),
                role: tie.role.clone(),
                stances: taken(&tie.tally),
                established: tie.established,
                n_ties: neighbor.n_ties as u64,
            })
        });
        Ok(lines.collect())
    }
}

/// All ties by id, so that sums come out the same whatever the order of a map.
fn sorted(ties: &Ties) -> impl Iterator<Item = &Tie> {
    let mut all: Vec<&Tie> = ties.by_id.values().collect();
    all.sort_unstable_by_key(|tie| tie.id);
    all.into_iter()
}

fn pairs_of(ownership: &Ownership, of: EntityId) -> Vec<(EntityId, EntityId)> {
    let owners = ownership.owners_of(of).into_iter();
    let assets = ownership.assets_of(of).into_iter();
    let pairs = owners
        .map(|owner| (owner, of))
        .chain(assets.map(|asset| (of, asset)));
    pairs.filter(|(owner, asset)| owner != asset).collect()
}

/// Whoever nobody owns, with all that they hold; of circles each member.
fn ultimate_pairs(ownership: &Ownership) -> Vec<(EntityId, EntityId)> {
    let circles: BTreeSet<EntityId> = ownership.circles().into_iter().flatten().collect();
    let mut pairs = Vec::new();
    for owner in ownership.owners() {
        let is_ultimate = ownership.owners_of(owner).is_empty() || circles.contains(&owner);
        if is_ultimate {
            let assets = ownership.assets_of(owner).into_iter();
            pairs.extend(
                assets
                    .filter(|asset| *asset != owner)
                    .map(|asset| (owner, asset)),
            );
        }
        if pairs.len() > MOST_HOLDINGS {
            break;
        }
    }
    pairs
}

fn holding_line(
    ownership: &Ownership,
    ties: &Ties,
    owner: EntityId,
    asset: EntityId,
) -> Option<HoldingLine> {
    let holding = ownership.holding(owner, asset);
    Some(HoldingLine {
        format_version: FORMAT_VERSION,
        owner: owner.to_hex(),
        owner_name: ties.name(owner),
        asset: asset.to_hex(),
        asset_name: ties.name(asset),
        share: holding.share?.into(),
        chains: holding
            .chains
            .iter()
            .map(|chain| chain_view(ownership, ties, chain))
            .collect(),
        cut: holding.cut,
    })
}

fn chain_view(ownership: &Ownership, ties: &Ties, chain: &Chain) -> ChainView {
    let steps = chain.entities.windows(2);
    let steps = steps.filter_map(|pair| ownership.stake(pair[0], pair[1]));
    ChainView {
        entities: chain.entities.iter().map(|&id| named(ties, id)).collect(),
        steps: steps.map(<[f64; 2]>::from).collect(),
        share: <[f64; 2]>::from(chain.share),
        ties: chain
            .ties
            .iter()
            .map(|ties| ties.iter().map(|id| id.to_hex()).collect())
            .collect(),
    }
}

fn named(ties: &Ties, id: EntityId) -> Named {
    Named {
        id: id.to_hex(),
        name: ties.name(id),
    }
}

/// A share in words: "46.5 %", "30 to 40 %", "some share".
#[must_use]
pub fn share_in_words([min, max]: [f64; 2]) -> String {
    let figure = |share: f64| {
        let rounded = (share * 100.0).round() / 100.0;
        rounded.to_string()
    };
    match (min <= 0.0, max >= 100.0) {
        (true, true) => "some share".to_owned(),
        (true, false) => format!("at most {} %", figure(max)),
        (false, true) if min < 100.0 => format!("at least {} %", figure(min)),
        _ if (max - min).abs() < 0.005 => format!("{} %", figure(min)),
        _ => format!("{} to {} %", figure(min), figure(max)),
    }
}

#[cfg(test)]
mod tests {
    use super::share_in_words;

    #[test]
    fn a_share_is_told_as_exactly_as_it_is_known() {
        for (share, expected) in [
            ([46.5, 46.5], "46.5 %"),
            ([30.0, 40.0], "30 to 40 %"),
            ([0.0, 100.0], "some share"),
            ([0.0, 25.0], "at most 25 %"),
            ([51.0, 100.0], "at least 51 %"),
            ([100.0, 100.0], "100 %"),
        ] {
            assert_eq!(share_in_words(share), expected);
        }
    }
}
