//! What `cargo xtask bench` measures of the kernels, natively and in wasm.

pub mod row;

#[cfg(target_arch = "wasm32")]
mod web {
    use wasm_bindgen::prelude::wasm_bindgen;

    use crate::row::{ROWS, Work};

    /// The names of all rows.
    #[wasm_bindgen]
    #[must_use]
    pub fn names() -> Vec<String> {
        ROWS.iter().map(|row| row.name.to_owned()).collect()
    }

    /// A row, ready to run.
    #[wasm_bindgen]
    pub struct Row(Work);

    #[wasm_bindgen]
    impl Row {
        /// Prepares a row; nothing if there is none of that name.
        #[must_use]
        pub fn prepare(name: &str) -> Option<Row> {
            ROWS.iter().find(|row| row.name == name).map(|row| Row((row.prepare)()))
        }

        /// Does the work of the row `times` times and returns its result.
        pub fn run(&mut self, times: u32) -> f64 {
            let mut result = f64::NAN;
            for _ in 0..times {
                result = (self.0)();
            }
            result
        }
    }
}
