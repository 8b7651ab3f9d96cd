#[test]
fn explore() {
    for text in std::fs::read_to_string("target/explore.txt").unwrap().lines().filter(|l| !l.is_empty()) {
        print!("{text}\n    ");
        let mut prev = None;
        for steps in [0, 50, 100, 200, 400] {
            let s = crate::stages::Screen::open(
                crate::exhibits::open(&format!("stage=similarity-strips&{text}&budget=500&steps={steps}")).0,
                prev.take(),
            );
            let r = |id: &str| s.scene().readouts().iter().find(|r| r.id == id).map_or(f64::NAN, |r| r.value);
            print!("  {steps}: {:.4}/{:.4} {:.3}", r("gap"), r("gap-2"), r("loss"));
            if steps == 0 {
                print!(" kept {:.4} wrong {:.2} right {:.2}", r("kept"), r("wrong-force"), r("right-force"));
            }
            prev = Some(s);
        }
        println!();
    }
}
