import ArgumentParser
import DuckDB
import EngineLibraries
import Foundation
import LightGBM
import ONNXRuntime
import Planning
import Projects
import Rego
import Support

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say which engines are there, whether they work, and how to get what is missing.")

    @OptionGroup var options: GlobalOptions

    func run() throws {
        let findings = Engine.allCases.map { EngineFinding($0, locator: options.engines) }
        let console = Console.standard
        if options.json {
            console.json([
                "martlet": .string(Version.current),
                "engines": .array(
                    findings.map { finding in
                        [
                            "engine": .string(finding.engine.rawValue), "works": .bool(finding.problem == nil), "version": JSONValue(finding.version),
                            "path": JSONValue(finding.path), "problem": JSONValue(finding.problem),
                        ]
                    }),
            ])
        } else {
            console.line("martlet \(Version.current)")
            var table = TextTable()
            for finding in findings {
                table.add(
                    console.mark(finding.problem == nil ? .green : .red), finding.engine.rawValue, finding.version ?? "",
                    finding.problem ?? finding.path ?? "")
            }
            table.lines().forEach { console.line($0) }
        }
        if findings.contains(where: { $0.problem != nil }) { throw ExitCode(4) }
    }
}

/// Whether an engine is there and does what its interface promises.
struct EngineFinding {
    let engine: Engine
    let path: String?
    let version: String?
    let problem: String?

    init(_ engine: Engine, locator: EngineLocator) {
        self.engine = engine
        path = locator.path(of: engine)
        do {
            version = try EngineFinding.selfTest(engine, locator)
            problem = nil
        } catch {
            version = nil
            problem = (error as? MartletError)?.message ?? "\(error)"
        }
    }

    private static func selfTest(_ engine: Engine, _ locator: EngineLocator) throws -> String {
        switch engine {
        case .duckdb: try DuckDB.selfTest(locator: locator)
        case .lightgbm: try LightGBM.selfTest(locator: locator)
        case .onnxruntime: try InferenceSession.selfTest(locator: locator)
        case .opa: try Rego.selfTest(locator: locator)
        }
    }
}
