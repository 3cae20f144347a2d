import Pages
import Testing

@Suite("Stylesheet")
struct StylesheetTests {
    private static let css = Asset.all.first { $0.path == PagePath.stylesheet }?.text ?? ""

    /// Text and the ground that it stands on.
    private static let pairs = [
        ("ink", "ground"), ("ink", "card"), ("ink", "faint"), ("soft", "ground"), ("soft", "card"), ("soft", "faint"), ("soft", "accent-soft"),
        ("accent", "ground"),
        ("accent", "card"), ("accent", "accent-soft"), ("card", "accent"), ("good", "card"), ("good", "good-soft"), ("warn", "card"),
        ("warn", "warn-soft"),
        ("bad", "card"), ("bad", "bad-soft"), ("made", "ground"), ("served", "ground"), ("data", "ground"), ("agreed", "ground"), ("warn", "ground"),
        ("made", "card"), ("served", "card"), ("data", "card"), ("agreed", "card"),
    ]

    @Test("Text has the contrast that WCAG 2 asks for at level AA, in both schemes", arguments: [0, 1])
    func contrast(_ scheme: Int) throws {
        let blocks = Self.css.split(separator: "@media (prefers-color-scheme: dark)", maxSplits: 1)
        let colours = try Self.colours(String(#require(blocks.count == 2 ? blocks[scheme] : nil)))
        for (text, ground) in Self.pairs {
            let (a, b) = try (#require(colours[text]), #require(colours[ground]))
            let ratio = (max(a, b) + 0.05) / (min(a, b) + 0.05)
            #expect(ratio >= 4.5, "--\(text) on --\(ground): \(Figure.fixed(ratio, 2))")
        }
    }

    @Test("Nothing is fetched from elsewhere, and every brace is closed")
    func selfContained() {
        for asset in Asset.all {
            #expect(!asset.text.contains("url(") && !asset.text.contains("@import"))
            #expect(!asset.text.replacing("http://www.w3.org/2000/svg", with: "").contains("://"))
            #expect(asset.text.count { $0 == "{" } == asset.text.count { $0 == "}" })
        }
    }

    @Test("The tag of an asset changes with its content")
    func tags() { #expect(Set(Asset.all.map(\.entityTag)).count == Asset.all.count) }

    /// The relative luminance (WCAG 2.2) of every colour that a block names first.
    private static func colours(_ block: String) -> [String: Double] {
        var colours: [String: Double] = [:]
        for match in block.matches(of: /--([a-z-]+): #([0-9a-f]{6})/) where colours[String(match.1)] == nil {
            let value = Int(match.2, radix: 16) ?? 0
            let channels = [value >> 16, value >> 8 & 255, value & 255].map { Double($0) / 255 }
            let linear = channels.map { $0 <= 0.04045 ? $0 / 12.92 : power(($0 + 0.055) / 1.055) }
            colours[String(match.1)] = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        }
        return colours
    }

    /// `base` to the power of 2.4, as base² · base^(2/5), by Newton's method.
    private static func power(_ base: Double) -> Double {
        var root = 0.5
        for _ in 0..<60 { root -= (root * root * root * root * root - base * base) / (5 * root * root * root * root) }
        return base * base * root
    }
}
