//! One wasm module made two: the functions that are needed first, and the rest, which is loaded later.
//!
//! The rest puts its functions into the table. Until then their places are held by functions that refuse, one for each
//! signature. What the first module calls directly is there a stand-in that calls the function at its place. Memory,
//! table, globals and what the rest calls of the first module, the rest imports from the first module's exports.
//! (Binaryen's wasm-split works in nearly the same way; its package for Node lacks it.)

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::Hash,
};

use anyhow::{Context, Result, bail};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, Function, FunctionBuilder, FunctionId, FunctionKind,
    GlobalId, GlobalKind, ImportKind, ImportedFunction, MemoryId, Module, TableId, ValType,
    ir::{self, Value, Visitor},
};

/// The export of the module that throws as long as the rest is not there; `src/web/deferred.rs`.
const LOAD: &str = "loadDeferred";

/// The exports that are called before the rest can be loaded, and those by which the bindings hand on what the loader
/// throws: were these refused too, refusing would never end.
const BEFORE: [&str; 5] =
    ["__wbindgen_start", "deferredFrom", LOAD, "__externref_table_alloc", "__wbindgen_exn_store"];

/// Starts the name of the global that says whether a function has run; its position in the module and its name follow.
const RAN: &str = "ran ";

/// Leading zeros of a hash are left out; no other word in a name has as many hexadecimal digits.
const SHORTEST_HASH: usize = 12;

/// The module with an exported global for each of its own functions, [`RAN`], its position and its [`name`], which is 1
/// once the function has been called.
///
/// # Errors
/// If it is no module.
pub(crate) fn watched(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::from_buffer(wasm)?;
    let functions: Vec<FunctionId> = module.funcs.iter_local().map(|(id, _)| id).collect();
    for (position, id) in functions.into_iter().enumerate() {
        let never = ConstExpr::Value(Value::I32(0));
        let ran = module.globals.add_local(ValType::I32, true, false, never);
        let name = name(module.funcs.get(id));
        module.exports.add(&format!("{RAN}{position} {name}"), ran);
        let builder = module.funcs.get_mut(id).kind.unwrap_local_mut().builder_mut();
        builder.func_body().const_at(0, Value::I32(1)).global_set_at(1, ran);
    }
    Ok(module.emit_wasm())
}

/// The module with the functions that have one of the names `first`, and the rest.
///
/// # Errors
/// If it is no module, or one that cannot load its rest.
pub(crate) fn split(wasm: &[u8], first: &HashSet<String>) -> Result<(Vec<u8>, Vec<u8>)> {
    let mut module = Module::from_buffer(wasm)?;
    let load = module.exports.get_func(LOAD).with_context(|| format!("the module does not export {LOAD}"))?;
    // Starting and loading must not need what is to be loaded.
    let mut loading: Vec<FunctionId> =
        BEFORE.iter().filter_map(|name| module.exports.get_func(name).ok()).collect();
    let listed = module.funcs.iter_local().map(|(id, _)| id);
    let listed = listed.filter(|&id| first.contains(&name(module.funcs.get(id))));
    let mut stay: HashSet<FunctionId> = listed.chain(loading.iter().copied()).collect();
    while let Some(id) = loading.pop() {
        let called = Mentions::of(&module, [id]).functions;
        loading.extend(called.into_iter().filter(|&id| is_local(&module, id) && stay.insert(id)));
    }
    let moved: Vec<FunctionId> =
        module.funcs.iter_local().map(|(id, _)| id).filter(|id| !stay.contains(id)).collect();
    let seam = Seam::between(&module, stay, &moved)?;
    let rest = seam.rest(Module::from_buffer(wasm)?, &module);
    seam.cut(&mut module, load);
    Ok((module.emit_wasm(), rest))
}

/// The name of a function without the hashes in it, which differ from one build to another.
fn name(function: &Function) -> String {
    let name = function.name.as_deref().unwrap_or_default();
    let is_hash =
        |word: &&str| word.len() >= SHORTEST_HASH && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hashes = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_hash);
    hashes.fold(name.to_owned(), |kept, hash| kept.replace(&format!("[{hash}]"), "").replace(hash, ""))
}

fn is_local(module: &Module, id: FunctionId) -> bool {
    matches!(module.funcs.get(id).kind, FunctionKind::Local(_))
}

/// What the code of functions mentions.
#[derive(Default)]
struct Mentions {
    functions: HashSet<FunctionId>,
    globals: HashSet<GlobalId>,
    tables: HashSet<TableId>,
    memories: HashSet<MemoryId>,
}

impl Mentions {
    fn of(module: &Module, functions: impl IntoIterator<Item = FunctionId>) -> Self {
        let mut mentions = Self::default();
        for id in functions {
            if let FunctionKind::Local(function) = &module.funcs.get(id).kind {
                ir::dfs_in_order(&mut mentions, function, function.entry_block());
            }
        }
        mentions
    }
}

impl Visitor<'_> for Mentions {
    fn visit_function_id(&mut self, id: &FunctionId) {
        self.functions.insert(*id);
    }

    fn visit_global_id(&mut self, id: &GlobalId) {
        self.globals.insert(*id);
    }

    fn visit_table_id(&mut self, id: &TableId) {
        self.tables.insert(*id);
    }

    fn visit_memory_id(&mut self, id: &MemoryId) {
        self.memories.insert(*id);
    }
}

/// Where two modules meet, in terms of the whole one.
struct Seam {
    /// Functions of the rest that the first module calls or exports, with the place of each in the table.
    entered: Vec<(FunctionId, u64)>,
    /// All places in the table that are the rest's, in order.
    places: BTreeMap<u64, FunctionId>,
    /// What the rest imports from the first module; the name of each is its position.
    shared: Vec<ExportItem>,
    table: TableId,
    /// The places in the table of the whole module.
    base: u64,
}

impl Seam {
    fn between(module: &Module, stay: HashSet<FunctionId>, moved: &[FunctionId]) -> Result<Self> {
        let outside = Mentions::of(module, moved.iter().copied());
        let moved: HashSet<FunctionId> = moved.iter().copied().collect();
        let table = module.tables.main_function_table()?.context("the module has no table of functions")?;
        let mut places = BTreeMap::new();
        for element in module.elements.iter() {
            let ElementKind::Active { table: of, offset: ConstExpr::Value(Value::I32(begin)) } = element.kind
            else {
                bail!("functions are put into a table from a place that is not known before");
            };
            if let ElementItems::Functions(ids) = &element.items
                && of == table
            {
                let own = (begin as u64..).zip(ids).filter(|(_, id)| moved.contains(id));
                places.extend(own.map(|(place, &id)| (place, id)));
            }
        }
        let base = module.tables.get(table).initial;
        let mut called = Mentions::of(module, stay).functions;
        called.extend(module.exports.iter().filter_map(|export| match export.item {
            ExportItem::Function(id) => Some(id),
            _ => None,
        }));
        let known: HashMap<FunctionId, u64> = places.iter().map(|(&place, &id)| (id, place)).collect();
        let mut free = base..;
        // In the order of the module, for the same bytes from the same module.
        let own =
            module.funcs.iter().map(Function::id).filter(|id| moved.contains(id) && called.contains(id));
        let entered: Vec<(FunctionId, u64)> =
            own.filter_map(|id| Some((id, known.get(&id).copied().or_else(|| free.next())?))).collect();
        places.extend(entered.iter().map(|&(id, place)| (place, id)));

        let asked = module.funcs.iter().map(Function::id);
        let asked = asked.filter(|id| outside.functions.contains(id) && !moved.contains(id));
        let globals = module.globals.iter().map(walrus::Global::id);
        let tables = module.tables.iter().map(walrus::Table::id);
        let memories = module.memories.iter().map(walrus::Memory::id);
        let shared = (asked.map(ExportItem::Function))
            .chain(globals.filter(|id| outside.globals.contains(id)).map(ExportItem::Global))
            .chain(tables.filter(|&id| id == table || outside.tables.contains(&id)).map(ExportItem::Table))
            .chain(memories.filter(|id| outside.memories.contains(id)).map(ExportItem::Memory))
            .collect();
        Ok(Self { entered, places, shared, table, base })
    }

    /// Makes of the whole module the first one.
    fn cut(&self, module: &mut Module, load: FunctionId) {
        for (name, item) in self.shared.iter().enumerate() {
            let name = name.to_string();
            match *item {
                ExportItem::Function(id) => module.exports.add(&name, id),
                ExportItem::Global(id) => module.exports.add(&name, id),
                ExportItem::Table(id) => module.exports.add(&name, id),
                ExportItem::Memory(id) => module.exports.add(&name, id),
                ExportItem::Tag(id) => module.exports.add(&name, id),
            };
        }
        let refusing = refusing(module, load, self.places.values().copied());
        for element in module.elements.iter_mut() {
            if let ElementItems::Functions(ids) = &mut element.items {
                ids.iter_mut().for_each(|id| *id = refusing.get(id).copied().unwrap_or(*id));
            }
        }
        self.widen(module, self.table);
        let added = self.places.range(self.base..).map(|(_, id)| refusing[id]).collect();
        put(module, self.table, self.base, added);

        for &(id, place) in &self.entered {
            let type_id = module.funcs.get(id).ty();
            let kind = module.types.get(type_id);
            let (params, results) = (kind.params().to_vec(), kind.results().to_vec());
            let arguments: Vec<_> = params.iter().map(|&param| module.locals.add(param)).collect();
            let mut stand_in = FunctionBuilder::new(&mut module.types, &params, &results);
            let mut body = stand_in.func_body();
            for &argument in &arguments {
                body.local_get(argument);
            }
            body.i32_const(place as i32).call_indirect(type_id, self.table);
            module.funcs.get_mut(id).kind = FunctionKind::Local(stand_in.local_func(arguments));
        }
        walrus::passes::gc::run(module);
    }

    /// Makes of a second copy of the whole module the rest.
    fn rest(&self, mut rest: Module, whole: &Module) -> Vec<u8> {
        // What is the same has different ids in the two copies, in the same order.
        let functions = twins(whole.funcs.iter().map(Function::id), rest.funcs.iter().map(Function::id));
        let globals =
            twins(whole.globals.iter().map(walrus::Global::id), rest.globals.iter().map(walrus::Global::id));
        let tables =
            twins(whole.tables.iter().map(walrus::Table::id), rest.tables.iter().map(walrus::Table::id));
        let memories = twins(
            whole.memories.iter().map(walrus::Memory::id),
            rest.memories.iter().map(walrus::Memory::id),
        );

        rest.start = None;
        for id in rest.exports.iter().map(walrus::Export::id).collect::<Vec<_>>() {
            rest.exports.delete(id);
        }
        for id in rest.data.iter().map(walrus::Data::id).collect::<Vec<_>>() {
            rest.data.delete(id);
        }
        rest.memories.iter_mut().for_each(|memory| memory.data_segments.clear());
        for id in rest.elements.iter().map(walrus::Element::id).collect::<Vec<_>>() {
            rest.elements.delete(id);
        }
        rest.tables.iter_mut().for_each(|table| table.elem_segments.clear());

        for (name, item) in self.shared.iter().enumerate() {
            let name = name.to_string();
            match item {
                ExportItem::Function(id) => {
                    let id = functions[id];
                    if let FunctionKind::Import(from_page) = &rest.funcs.get(id).kind {
                        rest.imports.delete(from_page.import);
                    }
                    let import = rest.imports.add("", &name, ImportKind::Function(id));
                    let function = rest.funcs.get_mut(id);
                    function.kind = FunctionKind::Import(ImportedFunction { import, ty: function.ty() });
                }
                ExportItem::Global(id) => {
                    let id = globals[id];
                    let import = rest.imports.add("", &name, ImportKind::Global(id));
                    rest.globals.get_mut(id).kind = GlobalKind::Import(import);
                }
                ExportItem::Table(id) => {
                    let id = tables[id];
                    rest.tables.get_mut(id).import = Some(rest.imports.add("", &name, ImportKind::Table(id)));
                }
                ExportItem::Memory(id) => {
                    let id = memories[id];
                    rest.memories.get_mut(id).import =
                        Some(rest.imports.add("", &name, ImportKind::Memory(id)));
                }
                ExportItem::Tag(_) => {}
            }
        }
        let table = tables[&self.table];
        self.widen(&mut rest, table);
        let places: Vec<(u64, FunctionId)> =
            self.places.iter().map(|(&place, id)| (place, functions[id])).collect();
        for row in places.chunk_by(|a, b| a.0 + 1 == b.0) {
            put(&mut rest, table, row[0].0, row.iter().map(|&(_, id)| id).collect());
        }
        walrus::passes::gc::run(&mut rest);
        rest.emit_wasm()
    }

    /// Makes room in the table for the rest's functions.
    fn widen(&self, module: &mut Module, table: TableId) {
        let table = module.tables.get_mut(table);
        table.initial = self.base + self.places.range(self.base..).count() as u64;
        table.maximum = table.maximum.map(|maximum| maximum.max(table.initial));
    }
}

/// For each function one of its signature that calls `load`, which throws.
fn refusing(
    module: &mut Module,
    load: FunctionId,
    functions: impl Iterator<Item = FunctionId>,
) -> HashMap<FunctionId, FunctionId> {
    let mut of_type = HashMap::new();
    let mut of_function = HashMap::new();
    for id in functions {
        let type_id = module.funcs.get(id).ty();
        let refusing = *of_type.entry(type_id).or_insert_with(|| {
            let kind = module.types.get(type_id);
            let (params, results) = (kind.params().to_vec(), kind.results().to_vec());
            let arguments = params.iter().map(|&param| module.locals.add(param)).collect();
            let mut refusing = FunctionBuilder::new(&mut module.types, &params, &results);
            refusing.func_body().call(load).unreachable();
            refusing.finish(arguments, &mut module.funcs)
        });
        of_function.insert(id, refusing);
    }
    of_function
}

/// Puts functions into a table, from a place on.
fn put(module: &mut Module, table: TableId, place: u64, functions: Vec<FunctionId>) {
    let offset = ConstExpr::Value(Value::I32(place as i32));
    let places =
        module.elements.add(ElementKind::Active { table, offset }, ElementItems::Functions(functions));
    module.tables.get_mut(table).elem_segments.insert(places);
}

/// From the ids of one copy of a module to those of another, made of the same bytes.
fn twins<I: Eq + Hash>(of: impl Iterator<Item = I>, are: impl Iterator<Item = I>) -> HashMap<I, I> {
    of.zip(are).collect()
}
