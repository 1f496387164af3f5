//! What holds for synthetic populations.

#![cfg(test)]

mod calibration;
mod population;
