//! Bytes as a text that can be read: the notation of the golden files (tests/golden/README.md).

/// The bytes that the text of an `.in` file stands for.
pub fn bytes_of(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        match character {
            // The layout of the file.
            '\n' => {}
            '\\' => rest = escape(rest, &mut bytes)?,
            '\0'..' ' => return Err(format!("wanted an escape, found the character {character:?} itself")),
            _ => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Ok(bytes)
}

/// Takes what stands behind a backslash; answers what is left.
fn escape<'a>(rest: &'a str, bytes: &mut Vec<u8>) -> Result<&'a str, String> {
    let unknown = || {
        let found: String = rest.chars().take(8).collect();
        format!("wanted \\n, \\r, \\t, \\0, \\\\, \\xHH or \\{{times text}}, found \\{found}")
    };
    if let Some(repeat) = rest.strip_prefix('{') {
        let end = repeat.find('}').ok_or_else(unknown)?;
        let (times, text) = repeat[..end].split_once(' ').ok_or_else(unknown)?;
        let once = bytes_of(text)?;
        bytes.extend(once.repeat(times.parse().map_err(|_| unknown())?));
        return Ok(&repeat[end + 1..]);
    }
    if let Some(hex) = rest.strip_prefix('x') {
        let digits = hex.get(..2).ok_or_else(unknown)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| unknown())?);
        return Ok(&hex[2..]);
    }
    let letter = rest.chars().next().ok_or_else(unknown)?;
    bytes.push(match letter {
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        '0' => b'\0',
        '\\' => b'\\',
        _ => return Err(unknown()),
    });
    Ok(&rest[1..])
}
