/// A file that the pages need, held in the program itself.
package struct Asset: Sendable {
    /// The path under which it is served.
    package let path: String
    package let type: String
    package let text: String

    /// Every asset.
    package static let all = [
        Asset(path: PagePath.stylesheet, type: "text/css; charset=utf-8", text: Stylesheet.text),
        Asset(path: PagePath.script, type: "text/javascript; charset=utf-8", text: Script.text),
        Asset(path: PagePath.hashScript, type: "text/javascript; charset=utf-8", text: HashScript.text),
        Asset(path: PagePath.runScript, type: "text/javascript; charset=utf-8", text: RunScript.text),
        Asset(path: PagePath.liveScript, type: "text/javascript; charset=utf-8", text: LiveScript.text),
        Asset(path: PagePath.searchScript, type: "text/javascript; charset=utf-8", text: SearchScript.text),
        Asset(path: PagePath.comparisonScript, type: "text/javascript; charset=utf-8", text: ComparisonScript.text),
        Asset(path: PagePath.logo, type: "image/svg+xml", text: Logo.file),
    ]

    /// A strong entity tag: FNV-1a (64 bits) of the content.
    package var entityTag: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "\"\(String(hash, radix: 16))\""
    }
}

/// The header fields that every page carries: nothing is loaded from elsewhere, nothing runs inline, nobody frames the page.
package enum PageHeaders {
    package static let all = [
        (
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
}
