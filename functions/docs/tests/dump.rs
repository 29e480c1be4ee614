#[test]
fn dump() { let t=std::time::Instant::now(); let d = docs::document(); eprintln!("{:?}", t.elapsed()); std::fs::write("/tmp/openapi.json", d.to_string()).unwrap(); }
