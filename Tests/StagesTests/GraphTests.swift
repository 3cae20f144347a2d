import Stages
import Support
import Testing

/// Which stage needs which.
struct GraphTests {
    private func stage(_ name: String, deps: [String] = [], outs: [String] = [], params: [String] = []) -> Stage {
        var stage = Stage(name: name, file: "dvc.yaml", command: .string("run"), folder: "")
        stage.dependencies = deps
        stage.outputs = outs.map { Stage.Output(path: $0, kind: .out) }
        stage.parameters = params.map { Stage.Parameters(file: $0, keys: []) }
        return stage
    }

    @Test("A stage needs those that write what it reads: the path, a folder above it, something in it, a file of parameters")
    func needs() throws {
        let graph = try StageGraph([
            stage("last", deps: ["a.txt", "dir", "big/part.txt"], params: ["p.yaml"]), stage("a", outs: ["a.txt"]), stage("in", outs: ["dir/x"]),
            stage("above", outs: ["big"]), stage("p", outs: ["p.yaml"]), stage("other", deps: ["dirx"], outs: ["di"]),
        ])
        #expect(graph.needs["last"] == ["a", "in", "above", "p"])
        #expect(graph.needs["other"] == [])
        #expect(graph.stages.map(\.name) == ["a", "in", "above", "p", "last", "other"])
        #expect(graph.needed(by: ["last"]) == ["last", "a", "in", "above", "p"])
    }

    @Test("Stages that wait for each other, and outputs that lie in each other, are refused")
    func refused() throws {
        for stages in [
            [stage("a", deps: ["y"], outs: ["x"]), stage("b", deps: ["x"], outs: ["y"])], [stage("a", outs: ["x"]), stage("b", outs: ["./x"])],
            [stage("a", outs: ["d"]), stage("b", outs: ["d/x"])],
        ] {
            let error = #expect(throws: MartletError.self) { try StageGraph(stages) }
            #expect(error?.code == .invalidInput)
        }
    }

    @Test("A chain of ten thousand stages is put in order")
    func long() throws {
        let stages = (0..<10_000).reversed().map { stage("s\($0)", deps: $0 > 0 ? ["o\($0 - 1)"] : [], outs: ["o\($0)"]) }
        #expect(try StageGraph(stages).stages.map(\.name) == (0..<10_000).map { "s\($0)" })
    }
}
