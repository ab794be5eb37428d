//! The event stream (its rules are held by tests/corpus): an encoder that nothing can break out of, bounded memory.

use proptest::prelude::*;
use wirebench::proto::event_stream::{Decoder, FieldError, Item, TooLong, comment, encode_block, retry_ms};

const LIMIT: usize = 1 << 20;

fn decode(pieces: &[&[u8]]) -> (Vec<Item>, String) {
    let mut decoder = Decoder::new(LIMIT);
    let mut items = Vec::new();
    for piece in pieces {
        decoder.decode(piece, &mut items).expect("within the limit");
    }
    (items, decoder.last_event_id().to_owned())
}

#[test]
fn a_block_has_its_fields_in_order_and_one_blank_line() {
    let block = encode_block(Some("k3f9.5"), Some("progress"), "{}").expect("plain");
    assert_eq!(block, b"id: k3f9.5\nevent: progress\ndata: {}\n\n");
    assert_eq!(encode_block(None, None, "").expect("plain"), b"data: \n\n");
    assert_eq!(comment(""), b":\n\n");
    assert_eq!(comment("ok\nid: 5"), b": ok\n: id: 5\n\n");
    assert_eq!(retry_ms(700), b"retry: 700\n\n");
}

#[test]
fn data_is_split_at_every_kind_of_newline() {
    let block = encode_block(None, None, "a\rb\nc\r\nd\n\re\n").expect("plain");
    assert_eq!(block, b"data: a\ndata: b\ndata: c\ndata: d\ndata: \ndata: e\ndata: \n\n");
}

#[test]
fn an_id_or_an_event_that_would_break_out_of_its_line_is_refused() {
    for id in ["a\nb", "a\rb", "a\0b"] {
        assert_eq!(encode_block(Some(id), None, ""), Err(FieldError::Id(id.to_owned())));
    }
    for event in ["a\nb", "a\rb"] {
        assert_eq!(encode_block(None, Some(event), ""), Err(FieldError::Event(event.to_owned())));
    }
}

#[test]
fn an_event_knows_the_bytes_of_its_block() {
    let block = encode_block(Some("1"), Some("e"), "x").expect("plain");
    let (items, _) = decode(&[b":\n\n", &block, &block]);
    let sizes: Vec<usize> = items
        .iter()
        .filter_map(|item| if let Item::Event { bytes, .. } = item { Some(*bytes) } else { None })
        .collect();
    assert_eq!(sizes, [block.len(), block.len()]);
}

#[test]
fn a_reconnect_goes_on_from_the_id_it_had() {
    let mut decoder = Decoder::new(LIMIT).with_last_event_id("k3f9.4");
    let mut items = Vec::new();
    decoder.decode(b"data: x\n\n", &mut items).expect("within the limit");
    assert!(matches!(&items[..], [Item::Event { id, .. }] if id == "k3f9.4"));
}

#[test]
fn an_endless_line_and_endless_data_are_refused_at_the_limit() {
    let mut decoder = Decoder::new(16);
    assert_eq!(decoder.decode(&[b'x'; 17], &mut Vec::new()), Err(TooLong { limit: 16 }));
    let mut decoder = Decoder::new(16);
    let mut fed = 0;
    while decoder.decode(b"data: 1234\n", &mut Vec::new()).is_ok() {
        fed += 1;
    }
    assert_eq!(fed, 3, "three lines of five bytes fit into sixteen");
}

#[test]
fn what_is_left_at_the_end_is_known() {
    let mut decoder = Decoder::new(LIMIT);
    decoder.decode(b"data: x\n\ndata: lost", &mut Vec::new()).expect("within the limit");
    assert_eq!(decoder.pending(), 10);
}

/// Bytes that hit the grammar more often than chance would.
fn streamlike() -> impl Strategy<Value = Vec<u8>> {
    let tokens: Vec<&'static [u8]> = vec![
        b"\r",
        b"\n",
        b"\r\n",
        b"data",
        b"id",
        b"event",
        b"retry",
        b":",
        b" ",
        b"x",
        b"12",
        b"\0",
        b"\xef\xbb\xbf",
        b"\xf0\x9f\x9a\x80",
        b"\xe2\x82",
        b"\xff",
        b"\t",
    ];
    prop::collection::vec(prop::sample::select(tokens), 0..80).prop_map(|tokens| tokens.concat())
}

proptest! {
    #[test]
    fn no_stream_depends_on_how_it_was_cut(
        bytes in streamlike(),
        sizes in prop::collection::vec(1_usize..7, 1..40),
    ) {
        let pieces = crate::cut(&bytes, &sizes);
        prop_assert_eq!(decode(&pieces), decode(&[&bytes]));
    }

    #[test]
    fn what_is_encoded_is_read_back_with_newlines_as_lf(
        id in "[^\0\r\n]{0,8}", event in "[^\r\n]{1,8}", data in "\\PC*|[\r\n:a]{0,20}",
    ) {
        let block = encode_block(Some(&id), Some(&event), &data).expect("legal fields");
        let (items, last) = decode(&[&block]);
        let data = data.replace("\r\n", "\n").replace('\r', "\n");
        prop_assert_eq!(items, vec![Item::Event { kind: event, data, id: id.clone(), bytes: block.len() }]);
        prop_assert_eq!(last, id);
    }
}
