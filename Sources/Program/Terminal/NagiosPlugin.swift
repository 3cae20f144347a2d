import Dispatch
import Foundation
import Monitoring
import Planning
import Support

/// One line of a plugin's output, as Nagios's guidelines for plugins want it: state, text, performance data.
struct NagiosAnswer {
    let state: NagiosState
    let text: String
    /// `'label'=value[unit];warning;critical`, with the critical range as ranges are written there.
    let performance: [String]

    init(_ state: NagiosState, _ text: String) {
        self.state = state
        self.text = text
        performance = []
    }

    init(_ results: [CheckResult], objectives: [Objective]) {
        let worst = [Verdict.red, .yellow].first { verdict in results.contains { $0.verdict == verdict } }
        switch worst {
        case .red: state = .critical
        case .yellow: state = .warning
        default: state = results.isEmpty ? .unknown : .ok
        }
        let shown = results.filter { $0.verdict == worst }
        text =
            results.isEmpty
            ? "no objective is measured in production"
            : shown.isEmpty
                ? "\(results.count) of \(results.count) objectives hold"
                : "\(shown.count) of \(results.count) objectives \(worst == .red ? "missed" : "not known to hold"): "
                    + shown.map { "\($0.objective) (\($0.reason))" }.joined(separator: ", ")
        performance = results.compactMap { result in
            objectives.first { $0.id == result.objective }.flatMap { NagiosAnswer.datum($0, result.measurement?.value) }
        }
    }

    /// The line, without its end.
    var line: String {
        let data = performance.isEmpty ? "" : " | " + performance.joined(separator: " ")
        return NagiosText.line("MARTLET \(state.word) - \(text)") + data
    }

    private static func datum(_ objective: Objective, _ value: Double?) -> String? {
        guard let value, value.isFinite else { return nil }
        let label = NagiosText.name(objective.id)
        let unit = objective.metric.name.hasSuffix("_ms") ? "ms" : ""
        let critical: String =
            switch objective.bound {
            case .atLeast(let bound): "\(number(bound)):"
            case .atMost(let bound): "~:\(number(bound))"
            case .gainOverBaseline, .lossAgainstChampion: ""
            }
        return "'\(label)'=\(number(value))\(unit);;\(critical)"
    }

    /// A number without an exponent, which the guidelines do not know.
    private static func number(_ value: Double) -> String {
        var text = String(format: "%.9f", value)
        while text.hasSuffix("0") { text.removeLast() }
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}

/// The end of a command that works as a plugin: whatever happens, one line and one of four exit codes, in time.
struct NagiosPlugin {
    let timeout: Int

    /// Prints the answer and ends the process.
    func end(_ answer: () async throws -> NagiosAnswer) async {
        let timeout = timeout
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(timeout)) {
            NagiosPlugin.finish(NagiosAnswer(.unknown, "no answer within \(timeout) s"))
        }
        do { NagiosPlugin.finish(try await answer()) } catch let error as MartletError {
            NagiosPlugin.finish(NagiosAnswer(.unknown, error.message))
        } catch { NagiosPlugin.finish(NagiosAnswer(.unknown, "\(error)")) }
    }

    /// Ends at once, whatever other threads still do: everything that is recorded is whole at any moment.
    static func finish(_ answer: NagiosAnswer) -> Never {
        Console.standard.line(answer.line)
        _exit(Int32(answer.state.rawValue))
    }
}
