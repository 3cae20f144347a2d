import Monitoring
import Planning
import Serving
import Support
import TestSupport
import Testing

@Suite("Service levels")
struct ServiceLevelTests {
    private func level(latencies: [Int], from: Double = 0, to: Double = 100) throws -> ServiceLevel {
        let traffic = try Traffic()
        for (i, latency) in latencies.enumerated() { try traffic.answer([0.5], at: 1 + Double(i) / 1000, latency: latency) }
        return try ServiceLevel(traffic.reader(), Timestamp(seconds: from)..<Timestamp(seconds: to))
    }

    @Test("Percentiles are nearest ranks, in milliseconds")
    func percentiles() throws {
        let level = try level(latencies: (1...100).reversed().map { $0 * 1000 })
        #expect(level.value(of: .p50) == 50)
        #expect(level.value(of: .p95) == 95)
        #expect(level.value(of: .p99) == 99)
        #expect(level.value(of: .throughput) == 1)
    }

    @Test(
        "A percentile is one of the values also where rounding could lead astray",
        arguments: [(1, 1, 1, 1), (2, 1, 2, 2), (20, 10, 19, 20), (140, 70, 133, 139), (180, 90, 171, 179)])
    func smallCounts(_ count: Int, _ p50: Double, _ p95: Double, _ p99: Double) throws {
        let level = try level(latencies: (1...count).map { $0 * 1000 })
        #expect(level.value(of: .p50) == p50)
        #expect(level.value(of: .p95) == p95)
        #expect(level.value(of: .p99) == p99)
    }

    @Test("Without answers in the period nothing is known")
    func nothing() throws {
        let level = try level(latencies: [1000], from: 50, to: 60)
        #expect([ServiceMetric.p50, .p95, .p99, .throughput, .errorRate].allSatisfy { level.value(of: $0) == nil })
    }

    @Test("The error rate is known from the requests counted in the period, callers' mistakes left out, also where nothing was answered")
    func errors() throws {
        let traffic = try Traffic()
        for (second, outcomes) in [(30.0, [.failed]), (630, [.answered, .answered, .answered, .failed, .refused]), (1230, [.failed, .failed])]
            as [(Double, [RequestCounts.Outcome])]
        {
            for outcome in outcomes { traffic.count(outcome, at: second) }
        }
        func rate(_ from: Double, _ to: Double) throws -> Double? {
            try ServiceLevel(traffic.reader(), Timestamp(seconds: from)..<Timestamp(seconds: to), latencies: false).value(of: .errorRate)
        }
        #expect(try rate(600, 1200) == 0.25)
        #expect(try rate(1200, 1800) == 1)
        #expect(try rate(0, 1800) == 4.0 / 7)
        #expect(try rate(1800, 3600) == nil)
    }
}
