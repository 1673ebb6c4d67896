//! Finds where each mutant belongs, and writes it beside what is there.

use crate::{Mutant, Place, Range};
use proc_macro2::{LineColumn, Span};
use std::collections::BTreeSet;
use syn::{
    Arm, Block, Expr, ExprBinary, ExprUnary, ImplItemFn, ItemFn, ItemMod, Signature,
    spanned::Spanned as _,
    visit::{self, Visit},
};

/// `text` with its mutants in it, and the numbers of those that found their place.
pub(crate) fn weave(text: &str, mutants: &[&Mutant]) -> syn::Result<(String, BTreeSet<u32>)> {
    let mut weaver = Weaver { text, mutants, edits: Vec::new(), woven: BTreeSet::new() };
    weaver.visit_file(&syn::parse_file(text)?);
    let Weaver { mut edits, woven, .. } = weaver;
    // What is around something is visited before it: its beginning comes first and its end last.
    edits.sort_by_key(|edit| (edit.at, !edit.closes, edit.order));
    let (mut out, mut done) = (String::new(), 0);
    for Edit { at, skip, put, .. } in edits {
        out.push_str(&text[done..at]);
        out.push_str(&put);
        done = at + skip;
    }
    out.push_str(&text[done..]);
    Ok((out, woven))
}

/// Something that is put into the text.
struct Edit {
    /// Before which byte.
    at: usize,
    /// Is it the end of something that began before?
    closes: bool,
    /// Among those at the same place.
    order: isize,
    put: String,
    /// How many bytes it takes the place of.
    skip: usize,
}

struct Weaver<'a> {
    text: &'a str,
    mutants: &'a [&'a Mutant],
    edits: Vec<Edit>,
    woven: BTreeSet<u32>,
}

impl<'a> Weaver<'a> {
    fn byte(&self, place: LineColumn) -> usize {
        let start: usize = self.text.split_inclusive('\n').take(place.line - 1).map(str::len).sum();
        let columns = self.text[start..].chars().take(place.column);
        start + columns.map(char::len_utf8).sum::<usize>()
    }

    /// The text from the start of one to the end of the other.
    fn source(&self, from: Span, to: Span) -> &'a str {
        &self.text[self.byte(from.start())..self.byte(to.end())]
    }

    /// The mutants of a kind in exactly this place; they count as woven.
    fn take(&mut self, genre: &str, from: Span, to: Span) -> Vec<&'a Mutant> {
        let place = |at: LineColumn| Place { line: at.line, column: at.column + 1 };
        let span = Range { start: place(from.start()), end: place(to.end()) };
        let found =
            self.mutants.iter().filter(|mutant| mutant.genre == genre && mutant.span == span);
        let found: Vec<&Mutant> = found.copied().collect();
        self.woven.extend(found.iter().map(|mutant| mutant.number));
        found
    }

    fn edit(&mut self, at: LineColumn, closes: bool, put: String, skip: usize) {
        let order = isize::try_from(self.edits.len()).unwrap_or(isize::MAX);
        let order = if closes { -order } else { order };
        self.edits.push(Edit { at: self.byte(at), closes, order, put, skip });
    }

    fn around(&mut self, what: Span, before: String, after: &str) {
        self.edit(what.start(), false, before, 0);
        self.edit(what.end(), true, after.to_owned(), 0);
    }

    /// Each of the `others` instead of the expression, when it is asked for.
    fn instead(&mut self, what: Span, others: impl IntoIterator<Item = (u32, String)>) {
        let others = others
            .into_iter()
            .map(|(number, other)| format!("if {} {{ {other} }} else ", on(number)));
        let before = others.collect::<String>();
        if !before.is_empty() {
            self.around(what, format!("({before}{{ "), " })");
        }
    }

    fn function(&mut self, signature: &Signature, body: &Block) {
        let before = self.woven.len();
        if let (Some(first), Some(last)) = (body.stmts.first(), body.stmts.last()) {
            for mutant in self.take("FnValue", first.span(), last.span()) {
                // The crate is one without the names that `std` brings along.
                let instead = mutant.replacement.replace("vec![", "alloc::vec![");
                let instead = instead.replace("Box::", "alloc::boxed::Box::");
                let put = format!("if {} {{ return {instead}; }} ", on(mutant.number));
                self.edit(first.span().start(), false, put, 0);
            }
        }
        visit::visit_block(self, body);
        if let Some(constant) = signature.constness.filter(|_| self.woven.len() > before) {
            self.edit(constant.span.start(), false, String::new(), "const".len());
        }
    }
}

/// Is this mutant asked for?
fn on(number: u32) -> String {
    format!("crate::woven::on({number})")
}

impl Visit<'_> for Weaver<'_> {
    fn visit_item_mod(&mut self, item: &ItemMod) {
        if item.ident != "tests" {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &ItemFn) {
        self.function(&item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &ImplItemFn) {
        self.function(&item.sig, &item.block);
    }

    // Constants cannot ask.
    fn visit_item_const(&mut self, _: &syn::ItemConst) {}
    fn visit_impl_item_const(&mut self, _: &syn::ImplItemConst) {}

    fn visit_expr_binary(&mut self, binary: &ExprBinary) {
        let ExprBinary { left, op, right, .. } = binary;
        let lets = [left, right].iter().any(|side| matches!(***side, Expr::Let(_)));
        if !lets {
            let source = |part: &Expr| self.source(part.span(), part.span());
            let (left, right) = (source(left), source(right));
            let found = self.take("BinaryOperator", op.span(), op.span());
            let others = found
                .into_iter()
                .map(|mutant| (mutant.number, format!("{left} {} {right}", mutant.replacement)));
            self.instead(binary.span(), others);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &ExprUnary) {
        let source = self.source(unary.expr.span(), unary.expr.span());
        let found = self.take("UnaryOperator", unary.op.span(), unary.op.span());
        self.instead(
            unary.span(),
            found.into_iter().map(|mutant| (mutant.number, source.to_owned())),
        );
        visit::visit_expr_unary(self, unary);
    }

    fn visit_arm(&mut self, arm: &Arm) {
        let gone = self.take("MatchArm", arm.span(), arm.span());
        let gone: String =
            gone.iter().map(|mutant| format!("!{} && ", on(mutant.number))).collect();
        match &arm.guard {
            Some((_, guard)) => {
                let found = self.take("MatchArmGuard", guard.span(), guard.span());
                let asks = found.iter().map(|mutant| match &*mutant.replacement {
                    "true" => format!("({} || ", on(mutant.number)),
                    _ => format!("(!{} && ", on(mutant.number)),
                });
                let before = gone + &asks.collect::<String>() + "(";
                self.around(guard.span(), before, &")".repeat(found.len() + 1));
            }
            None if !gone.is_empty() => {
                self.edit(arm.pat.span().end(), true, format!(" if {}true", gone), 0);
            }
            None => {}
        }
        visit::visit_arm(self, arm);
    }
}
