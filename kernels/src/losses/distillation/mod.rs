//! Losses of a student that follows a teacher.

use super::shelf;

shelf! {
    dino::Dino,
}
