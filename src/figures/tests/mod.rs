//! What a person would see, held against the samples and against figures that nobody would draw.

mod samples;

mod gallery;
