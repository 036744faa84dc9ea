//! Who owns how much of what, through which chains.

use std::collections::{BTreeMap, BTreeSet};

use onrecord_record::{EntityId, TieId};
use serde::{Deserialize, Serialize};

use super::tie::Tie;

/// Longest chain that is followed, in steps.
const LONGEST_CHAIN: usize = 16;
/// Most chains between an owner and an asset, and most steps taken to find them.
const MOST_CHAINS: usize = 1_000;
const MOST_STEPS: usize = 200_000;

/// A share in percent, from the least to the greatest that is stated; 0 to 100 where nothing is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(into = "[f64; 2]", from = "[f64; 2]")]
pub struct Share {
    /// Least.
    pub min: f64,
    /// Greatest.
    pub max: f64,
}

impl From<Share> for [f64; 2] {
    fn from(share: Share) -> Self {
        [share.min, share.max]
    }
}

impl From<[f64; 2]> for Share {
    fn from([min, max]: [f64; 2]) -> Self {
        Self { min, max }
    }
}

impl Share {
    const UNKNOWN: Self = Self {
        min: 0.0,
        max: 100.0,
    };

    /// The share that a tie states; any, where it states none or an amount of money.
    fn of(tie: &Tie) -> Self {
        let percent = tie
            .amount
            .as_ref()
            .filter(|a| a.currency.as_deref() == Some("%"));
        let Some(amount) = percent else {
            return Self::UNKNOWN;
        };
        let bound = |bound: Option<f64>, open: f64| {
            bound
                .filter(|share| share.is_finite())
                .unwrap_or(open)
                .clamp(0.0, 100.0)
        };
        let (min, max) = (bound(amount.min, 0.0), bound(amount.max, 100.0));
        Self {
            min: min.min(max),
            max,
        }
    }

    /// A share of a share.
    fn of_share(self, other: Self) -> Self {
        Self {
            min: self.min * other.min / 100.0,
            max: self.max * other.max / 100.0,
        }
    }

    /// Both together; nobody holds more than the whole.
    fn and(self, other: Self) -> Self {
        Self {
            min: (self.min + other.min).min(100.0),
            max: (self.max + other.max).min(100.0),
        }
    }

    /// Both say how much the same stake is.
    fn or(self, other: Self) -> Self {
        Self {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }
}

/// One chain from an owner to an asset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    /// The owner, those between, the asset.
    pub entities: Vec<EntityId>,
    /// The ties of each step; several where the same stake is stated in several ways.
    pub ties: Vec<Vec<TieId>>,
    /// The share that this chain alone gives.
    pub share: Share,
}

/// What an owner holds of an asset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Holding {
    /// All chains, the shortest first.
    pub chains: Vec<Chain>,
    /// What they give together; `None` where there is no chain.
    pub share: Option<Share>,
    /// Chains were left out, as there are too many or too long ones.
    pub cut: bool,
}

/// Stakes of a case: what ties of type `Ownership` state. Only established ones count.
#[derive(Debug, Default)]
pub struct Ownership {
    stakes: BTreeMap<EntityId, BTreeMap<EntityId, (Share, Vec<TieId>)>>,
}

impl Ownership {
    /// Takes the established stakes out of the ties of a case.
    #[must_use]
    pub fn of<'a>(ties: impl IntoIterator<Item = &'a Tie>) -> Self {
        let mut ownership = Self::default();
        let stakes = ties
            .into_iter()
            .filter(|tie| tie.kind == "Ownership" && tie.established);
        for tie in stakes {
            let assets = ownership.stakes.entry(tie.from).or_default();
            let share = Share::of(tie);
            let known = assets.entry(tie.to).or_insert((share, Vec::new()));
            known.0 = match (known.0, share) {
                // A stake without a figure adds nothing to what another says of it.
                (Share::UNKNOWN, share) | (share, Share::UNKNOWN) => share,
                (known, share) => known.or(share),
            };
            known.1.push(tie.id);
            known.1.sort_unstable();
        }
        ownership
    }

    /// What `owner` holds of `asset`, directly and through others. A chain visits nobody twice: where
    /// shares run in a circle they are cut, and [`Ownership::circles`] tells which.
    #[must_use]
    pub fn holding(&self, owner: EntityId, asset: EntityId) -> Holding {
        let mut search = ChainSearch {
            ownership: self,
            asset,
            reaches: self.owners_of(asset),
            entities: vec![owner],
            chains: Vec::new(),
            steps: 0,
            cut: false,
        };
        if owner != asset {
            search.follow(owner);
        }
        let ChainSearch { chains, cut, .. } = search;
        let mut chains: Vec<Chain> = chains.iter().map(|entities| self.chain(entities)).collect();
        chains
            .sort_by(|a, b| (a.entities.len(), &a.entities).cmp(&(b.entities.len(), &b.entities)));
        Holding {
            share: chains.iter().map(|chain| chain.share).reduce(Share::and),
            chains,
            cut,
        }
    }

    fn chain(&self, entities: &[EntityId]) -> Chain {
        let stake = |pair: &[EntityId]| self.stakes.get(&pair[0]).and_then(|s| s.get(&pair[1]));
        let stakes: Vec<&(Share, Vec<TieId>)> = entities.windows(2).filter_map(stake).collect();
        let whole = Share {
            min: 100.0,
            max: 100.0,
        };
        Chain {
            entities: entities.to_vec(),
            ties: stakes.iter().map(|(_, ties)| ties.clone()).collect(),
            share: stakes
                .iter()
                .fold(whole, |all, (share, _)| all.of_share(*share)),
        }
    }

    /// All who hold any of `asset`, directly or through others.
    #[must_use]
    pub fn owners_of(&self, asset: EntityId) -> BTreeSet<EntityId> {
        let mut holders: BTreeMap<EntityId, Vec<EntityId>> = BTreeMap::new();
        for (owner, assets) in &self.stakes {
            for asset in assets.keys() {
                holders.entry(*asset).or_default().push(*owner);
            }
        }
        let mut owners = BTreeSet::new();
        let mut waiting = vec![asset];
        while let Some(held) = waiting.pop() {
            for owner in holders.get(&held).into_iter().flatten() {
                if owners.insert(*owner) {
                    waiting.push(*owner);
                }
            }
        }
        owners
    }

    /// Circles of ownership: of each set of entities that own one another the shortest circle through its
    /// least member, which comes first.
    #[must_use]
    pub fn circles(&self) -> Vec<Vec<EntityId>> {
        let mut seen = BTreeSet::new();
        let mut circles = Vec::new();
        for owner in &self.between_circles() {
            if seen.contains(owner) {
                continue;
            }
            let Some(circle) = self.circle_through(*owner) else {
                continue;
            };
            let holders = self.owners_of(*owner);
            let held = self.assets_of(*owner);
            seen.extend(holders.intersection(&held).copied());
            circles.push(circle);
        }
        circles
    }

    /// Whoever is left when those who hold nothing, or whom nobody holds, are taken away again and again:
    /// in a case without circles nobody.
    fn between_circles(&self) -> BTreeSet<EntityId> {
        let stakes = self.stakes.iter();
        let mut pairs: Vec<(EntityId, EntityId)> = stakes
            .flat_map(|(owner, assets)| assets.keys().map(|asset| (*owner, *asset)))
            .collect();
        without_ends(&mut pairs);
        pairs.iter_mut().for_each(|pair| *pair = (pair.1, pair.0));
        without_ends(&mut pairs);
        pairs.iter().map(|(asset, _)| *asset).collect()
    }

    /// All who hold any of anything directly, sorted.
    pub fn owners(&self) -> impl Iterator<Item = EntityId> {
        self.stakes.keys().copied()
    }

    /// What `owner` holds of `asset` directly; `None` for nothing.
    #[must_use]
    pub fn stake(&self, owner: EntityId, asset: EntityId) -> Option<Share> {
        let stake = self.stakes.get(&owner)?.get(&asset)?;
        Some(stake.0)
    }

    /// All of which `owner` holds any, directly or through others.
    #[must_use]
    pub fn assets_of(&self, owner: EntityId) -> BTreeSet<EntityId> {
        self.reached_from(owner).into_keys().collect()
    }

    /// All assets of `owner`, with who holds them on a shortest chain.
    fn reached_from(&self, owner: EntityId) -> BTreeMap<EntityId, EntityId> {
        let mut reached = BTreeMap::new();
        let mut shell = vec![owner];
        while !shell.is_empty() {
            let mut next = Vec::new();
            for holder in shell {
                for asset in self
                    .stakes
                    .get(&holder)
                    .into_iter()
                    .flat_map(BTreeMap::keys)
                {
                    reached.entry(*asset).or_insert_with(|| {
                        next.push(*asset);
                        holder
                    });
                }
            }
            shell = next;
        }
        reached
    }

    fn circle_through(&self, owner: EntityId) -> Option<Vec<EntityId>> {
        let reached = self.reached_from(owner);
        let mut circle = vec![*reached.get(&owner)?];
        while let Some(holder) = circle.last().filter(|last| **last != owner) {
            circle.push(*reached.get(holder)?);
        }
        circle.reverse();
        Some(circle)
    }
}

/// Takes away, again and again, the pairs whose second member is the first of none.
fn without_ends(pairs: &mut Vec<(EntityId, EntityId)>) {
    let mut leading: BTreeMap<EntityId, Vec<EntityId>> = BTreeMap::new();
    let mut n_held: BTreeMap<EntityId, usize> = BTreeMap::new();
    for (first, second) in pairs.iter() {
        leading.entry(*second).or_default().push(*first);
        *n_held.entry(*first).or_default() += 1;
        n_held.entry(*second).or_default();
    }
    let none = n_held.iter().filter(|(_, held)| **held == 0);
    let mut ends: Vec<EntityId> = none.map(|(entity, _)| *entity).collect();
    while let Some(end) = ends.pop() {
        for first in leading.get(&end).into_iter().flatten() {
            let Some(held) = n_held.get_mut(first) else {
                continue;
            };
            *held -= 1;
            if *held == 0 {
                ends.push(*first);
            }
        }
    }
    pairs.retain(|(first, second)| n_held[first] > 0 && n_held[second] > 0);
}

struct ChainSearch<'a> {
    ownership: &'a Ownership,
    asset: EntityId,
    /// Whoever has a chain to the asset: nobody else is worth a step.
    reaches: BTreeSet<EntityId>,
    entities: Vec<EntityId>,
    chains: Vec<Vec<EntityId>>,
    steps: usize,
    cut: bool,
}

impl ChainSearch<'_> {
    /// Follows all stakes of the last entity; the depth is bounded by the longest chain.
    fn follow(&mut self, holder: EntityId) {
        let ownership = self.ownership;
        for asset in ownership
            .stakes
            .get(&holder)
            .into_iter()
            .flat_map(BTreeMap::keys)
        {
            let leads_on = *asset == self.asset || self.reaches.contains(asset);
            if !leads_on || self.entities.contains(asset) {
                continue;
            }
            self.steps += 1;
            let too_long = self.entities.len() > LONGEST_CHAIN;
            if too_long || self.steps > MOST_STEPS || self.chains.len() >= MOST_CHAINS {
                self.cut = true;
                return;
            }
            self.entities.push(*asset);
            if *asset == self.asset {
                self.chains.push(self.entities.clone());
            } else {
                self.follow(*asset);
            }
            self.entities.pop();
        }
    }
}
