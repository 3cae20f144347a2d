import Pages
import Support
import Testing

@Suite("Figures")
struct FigureTests {
    @Test(
        "Metrics have about four significant digits",
        arguments: [
            (0.93124, "0.9312"), (0, "0"), (-0.5, "−0.5000"), (1, "1.000"), (12.345, "12.35"), (123.456, "123.5"), (48_842, "48,842"),
            (0.00001234, "1.23e-5"),
            (2.5e12, "2.50e12"), (.nan, "–"), (.infinity, "∞"), (-.infinity, "−∞"), (.greatestFiniteMagnitude, "1.80e308"),
            (.leastNonzeroMagnitude, "4.94e-324"),
            (9.9999999e-5, "10.00e-5"),
        ] as [(Double, String)])
    func metrics(_ value: Double, _ text: String) { #expect(Figure.metric(value) == text) }

    @Test(
        "Bounds lose the zeros at their end",
        arguments: [(0.92, "0.92"), (0.5, "0.5"), (50, "50"), (1, "1"), (0, "0"), (4.1, "4.1"), (1e-7, "1.00e-7")] as [(Double, String)])
    func bounds(_ value: Double, _ text: String) { #expect(Figure.short(value) == text) }

    @Test(
        "Counts have commas",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1234, "−1,234"), (.max, "9,223,372,036,854,775,807")] as [(Int, String)])
    func counts(_ value: Int, _ text: String) { #expect(Figure.count(value) == text) }

    @Test("The smallest integer does not trap")
    func smallest() { #expect(Figure.count(Int.min) == "−9,223,372,036,854,775,807") }

    @Test(
        "Durations",
        arguments: [
            (0.0123, "12 ms"), (0.9996, "1.0 s"), (41.72, "41.7 s"), (600, "10 min"), (7200, "2.0 h"), (864_000, "10 d"), (-1, "–"), (.nan, "–"),
        ] as [(Double, String)])
    func durations(_ value: Double, _ text: String) { #expect(Figure.duration(value) == text) }

    @Test("Shares", arguments: [(0.5, "50 %"), (0.0021, "0.21 %"), (0.021, "2.1 %"), (0, "0 %"), (1, "100 %"), (.nan, "– %")] as [(Double, String)])
    func shares(_ value: Double, _ text: String) { #expect(Figure.percent(value) == text) }

    @Test(
        "Coordinates are never NaN or infinite",
        arguments: [(1.005, "1"), (2.345, "2.35"), (-0.001, "0"), (.nan, "0"), (1e300, "0")] as [(Double, String)])
    func coordinates(_ value: Double, _ text: String) { #expect(Figure.coordinate(value) == text) }
}
