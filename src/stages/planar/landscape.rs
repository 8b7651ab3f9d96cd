//! The loss over the plane while one point moves and the others stay.

use std::f64::consts::TAU;

use super::measures::dot;
use super::reading::{Place, Reading};
use crate::input::Inputs;
use crate::kernel::{self, Gradient};
use crate::stages::engine::slopes::side;
use crate::stages::engine::{Slopes, Term};
use crate::stages::stage::{Quality, Tile};

/// How far from a right angle a gradient may be, as a cosine, and still be one that turns its vector only.
const RIGHT: f64 = 1e-9;

/// About how many nanoseconds a value takes for every operand that it has on the tape.
const OPERAND: f64 = 2.0;

/// About how many nanoseconds a value takes at least for every pair of rows.
const PAIR: f64 = 20.0;

/// A point that moves, and how far from the middle of what moves it stays.
pub(in crate::stages) type Moving = (usize, Place);

/// How much longer a gradient takes than a value.
const GRADIENT: f64 = 3.0;

/// The mean of some losses over the square from `−reach` to `reach` as some points go through it together.
#[derive(Clone)]
pub(in crate::stages) struct Landscape<'a> {
    /// The losses.
    pub terms: &'a [Term],
    /// How each of them reads the points.
    pub readings: &'a [Reading],
    /// Where the points are.
    pub places: &'a [Place],
    /// Those that move.
    pub moving: Vec<Moving>,
    /// Half the side of the square.
    pub reach: f64,
}

impl<'a> Landscape<'a> {
    /// The losses and their slope as the points move together; nothing if one of them has no value, or if none has a
    /// gradient by what moves.
    pub fn slopes(self) -> Option<Slopes<'a>> {
        let mut inputs = self.inputs()?;
        let is_pulled = |point: usize| self.readings.iter().any(|reading| reading.pulls(point));
        if !self.moving.iter().any(|(point, _)| is_pulled(*point)) {
            return None;
        }
        let (ends, known, whole) = ((-self.reach, self.reach), inputs.clone(), self.clone());
        let cost = move || GRADIENT * whole.sight(&known).cost;
        let mut gradient = Gradient::default();
        let at = move |(x, y): (f64, f64)| {
            let (mut sum, mut slope) = (0.0, [0.0; 2]);
            for ((Term { contender, .. }, reading), input) in self.each_term().zip(&mut inputs) {
                self.put(reading, input, [x, y]);
                sum += contender.loss.value_and_gradient(input, &contender.params, &mut gradient);
                let by = reading.pull_back(&gradient, self.places.len());
                self.moving.iter().for_each(|(point, _)| slope = [0, 1].map(|k| slope[k] + by[*point][k]));
            }
            let share = 1.0 / self.terms.len() as f64;
            (share * sum, slope.map(|s| share * s))
        };
        Some(Slopes { ends: [ends; 2], at: Box::new(at), cost: Box::new(cost) })
    }

    /// As many rows as columns of values, from the lowest row on. Empty if a loss has no value.
    pub fn values(&self, quality: Quality) -> Vec<f64> {
        let Some(mut inputs) = self.inputs() else { return Vec::new() };
        if let Some(values) = self.short_way(&inputs, quality) {
            return values;
        }
        let Sight { turns, cost } = self.sight(&inputs);
        if !turns {
            let side = side(cost, quality);
            return self.each(&mut inputs, side, &Tile::whole(side));
        }
        let (rays, side) = quality.choose((96, 64), (720, 160));
        let at = |ray: usize| {
            let (y, x) = f64::sin_cos(TAU * ray as f64 / rays as f64);
            [x, y]
        };
        let rays: Vec<f64> = (0..rays).map(|ray| self.value(&mut inputs, at(ray))).collect();
        let between = |[x, y]: Place| {
            let turn = (y.atan2(x) / TAU).rem_euclid(1.0) * rays.len() as f64;
            let (ray, part) = (turn as usize % rays.len(), turn.fract());
            rays[ray] + part * (rays[(ray + 1) % rays.len()] - rays[ray])
        };
        grid(side, self.reach, &Tile::whole(side)).map(between).collect()
    }

    /// Values along a side at full quality, if each is computed by itself; from a few rays, or from what a row changes
    /// as it moves, all are there as soon as some.
    pub fn tiled(&self) -> Option<usize> {
        let inputs = self.inputs()?;
        // Whether there is a short way shows at any quality.
        let is_short = self.short_way(&inputs, Quality::Coarse).is_some();
        let sight = if is_short { None } else { Some(self.sight(&inputs)) };
        sight.filter(|sight| !sight.turns).map(|sight| side(sight.cost, Quality::Fine))
    }

    /// The values in a tile, of so many along a side.
    pub fn tile(&self, side: usize, tile: &Tile) -> Vec<f64> {
        self.inputs().map_or(Vec::new(), |mut inputs| self.each(&mut inputs, side, tile))
    }

    /// What the losses read; nothing if one of them cannot.
    fn inputs(&self) -> Option<Vec<Inputs<f64>>> {
        let read = |(Term { contender, .. }, reading): (&Term, &Reading)| {
            let input = reading.inputs(self.places).ok()?;
            contender.loss.check(&input, &contender.params).ok()?;
            Some(input)
        };
        self.each_term().map(read).collect()
    }

    /// Each loss and how it reads the points.
    fn each_term(&self) -> impl Iterator<Item = (&Term, &Reading)> {
        self.terms.iter().zip(self.readings)
    }

    fn value(&self, inputs: &mut [Inputs<f64>], place: Place) -> f64 {
        let losses = self.each_term().zip(inputs).map(|((Term { contender, .. }, reading), input)| {
            self.put(reading, input, place);
            contender.loss.value(input, &contender.params)
        });
        losses.sum::<f64>() / self.terms.len() as f64
    }

    /// Writes what moves into what a loss reads.
    fn put(&self, reading: &Reading, input: &mut Inputs<f64>, [x, y]: Place) {
        for &(point, [aside, above]) in &self.moving {
            reading.write_one(point, [x + aside, y + above], input);
        }
    }

    fn each(&self, inputs: &mut [Inputs<f64>], side: usize, tile: &Tile) -> Vec<f64> {
        grid(side, self.reach, tile).map(|place| self.value(inputs, place)).collect()
    }

    /// The values, if one row of each loss moves and all of them compute them from what that changes.
    fn short_way(&self, inputs: &[Inputs<f64>], quality: Quality) -> Option<Vec<f64>> {
        let Self { terms, readings, reach, .. } = *self;
        let [(point, [aside, above])] = self.moving[..] else { return None };
        // Some losses look at every pair of the others for every value.
        let many = readings.iter().any(|reading| reading.rows().len() > 32);
        let side = match quality {
            Quality::Coarse if many => 40,
            Quality::Coarse => 64,
            Quality::Fine => 160,
        };
        let mut sums = vec![0.0; side * side];
        for ((Term { contender, .. }, reading), input) in self.each_term().zip(inputs) {
            let (row, index) = reading.only_row(point)?;
            let places: Vec<f64> = grid(side, reach, &Tile::whole(side))
                .flat_map(|[x, y]| row.seen([x + aside, y + above]))
                .collect();
            let moving = kernel::Moving { name: row.input, row: index, places: &places };
            let values = contender.loss.while_moving(input, &contender.params, &moving)?;
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value / terms.len() as f64);
        }
        Some(sums)
    }

    fn sight(&self, inputs: &[Inputs<f64>]) -> Sight {
        let alone = self.moving.iter().all(|(_, aside)| *aside == [0.0, 0.0]);
        let each = self.each_term().zip(inputs);
        let each = each.map(|((term, reading), input)| sight(term, reading, self.places, input));
        each.fold(Sight { turns: alone, cost: 0.0 }, |all, one| Sight {
            turns: all.turns && one.turns,
            cost: all.cost + one.cost,
        })
    }
}

/// What a gradient tells about a loss.
struct Sight {
    /// Whether it sees directions alone.
    turns: bool,
    /// About how many nanoseconds a value takes.
    cost: f64,
}

/// A gradient that everywhere only turns its vector is that of a loss that sees directions alone: then a few rays
/// tell the whole plane. Where nothing pulls, nothing is known, so the points also change places.
fn sight(term: &Term, reading: &Reading, places: &[Place], inputs: &Inputs<f64>) -> Sight {
    let (loss, params) = (term.contender.loss, &term.contender.params);
    let mut gradient = Gradient::default();
    let mut forces = |places: &[Place], inputs: &Inputs<f64>| -> Vec<(f64, f64)> {
        loss.value_and_gradient_from_tape(inputs, params, &mut gradient);
        let rows = gradient.flat().chunks_exact(2).enumerate();
        rows.map(|(row, g)| {
            let (x, g) = (reading.seen(row, places), [g[0], g[1]]);
            (dot(x, g).abs(), (dot(x, x) * dot(g, g)).sqrt())
        })
        .collect()
    };
    // Every other point first: that mixes classes which follow each other.
    let dealt = (0..places.len()).step_by(2).chain((1..places.len()).step_by(2));
    let exchanged: Vec<Place> = dealt.map(|i| places[i]).collect();
    let mut moved = inputs.clone();
    reading.write(&exchanged, &mut moved);
    let mut all = forces(places, inputs);
    all.extend(forces(&exchanged, &moved));
    let strongest = all.iter().map(|f| f.1).fold(0.0, f64::max);
    let turns = strongest > 0.0 && all.iter().all(|(along, _)| *along <= RIGHT * strongest);
    // Mining looks at pairs that leave nothing on the tape.
    let pairs = PAIR * (reading.rows().len() as f64).powi(2);
    Sight { turns, cost: 500.0 + pairs.max(OPERAND * gradient.operations() as f64) }
}

/// The places of a tile of a map, row after row.
fn grid(side: usize, reach: f64, tile: &Tile) -> impl Iterator<Item = Place> + use<> {
    let along = move |i: usize| reach * (2.0 * i as f64 / (side - 1) as f64 - 1.0);
    tile.samples().into_iter().map(move |(column, row)| [along(column), along(row)])
}
