//! The address of the class as a QR code, drawn as SVG.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code: without four of them readers may not find it (ISO/IEC 18004 §6.3.8).
const QUIET: usize = 4;

/// The drawing; `None` where the text is too long for a code. Dark on light in any theme, for that is what readers look for.
pub(super) fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            // Writing to a String cannot fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    let side = width + 2 * QUIET;
    Some(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>"##
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_with_its_quiet_zone_and_its_three_finders() {
        let drawn = svg("http://192.168.1.5:8080/join.html?code=ACEFGH").expect("short enough");
        let side: usize = drawn
            .split("viewBox=\"0 0 ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next())
            .and_then(|side| side.parse().ok())
            .expect("a side");
        let far = side - QUIET - 1;
        for (x, y) in [(QUIET, QUIET), (far, QUIET), (QUIET, far)] {
            assert!(drawn.contains(&format!("M{x} {y}h1")), "the corner {x} {y}");
        }
        assert!(
            !drawn.contains("M0 1h1") && !drawn.contains(&format!("M{} 1h1", side - 1)),
            "quiet around it"
        );
        assert_eq!(svg(&"x".repeat(5000)), None);
    }
}
