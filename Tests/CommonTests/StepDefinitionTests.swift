import Pipelines
import Settings
import Support
import TestSupport
import Testing

@Suite("Steps as the user writes them")
struct StepDefinitionTests {
    private func steps(_ yaml: String) throws -> [StepDefinition] {
        try StepDefinition.list(SettingsNode(yaml: yaml, file: "martlet.yaml"), reserved: ["data", "compare", "gate"])
    }

    @Test("Built-in steps and commands are read")
    func reading() throws {
        let steps = try steps(
            """
            - {id: trees, uses: train/lightgbm, with: {learning_rate: 0.06, num_leaves: 31}}
            - id: forest
              run: python forest.py
              deps: [forest.py, lib]
              outs: forest.onnx
            - {id: tests, run: pytest --junitxml=tests.xml, needs: [trees, data], junit: tests.xml}
            """)
        #expect(steps.map(\.id) == ["trees", "forest", "tests"])
        #expect(steps[0].action == .builtIn(name: "train/lightgbm", parameters: ["learning_rate": .number(0.06), "num_leaves": 31]))
        #expect(steps[1].action == .command("python forest.py"))
        #expect(steps[1].dependencies == ["forest.py", "lib"])
        #expect(steps[1].outputs == ["forest.onnx"])
        #expect(steps[2].needs == ["trees", "data"])
        #expect(steps[2].junit == "tests.xml")
        #expect(steps[2].place == SourcePlace(file: "martlet.yaml", line: 6, column: 3))
    }

    @Test("No steps are no steps", arguments: ["[]", "~"])
    func none(_ yaml: String) throws {
        #expect(try steps(yaml).isEmpty)
    }

    @Test("Steps stand after those they need, otherwise as they were written")
    func order() throws {
        let steps = try steps("- {id: c, run: c, needs: [a]}\n- {id: b, run: b}\n- {id: a, run: a, needs: [d, gate]}\n- {id: d, run: d}\n")
        #expect(try StepDefinition.ordered(steps).map(\.id) == ["b", "d", "a", "c"])
    }

    private let mistakes = [
        ("no list", "id: a\nrun: b\n"),
        ("no id", "- {run: a}\n"),
        ("an id with a space", "- {id: \"a b\", run: a}\n"),
        ("an id that leads elsewhere", "- {id: ../a, run: a}\n"),
        ("an empty id", "- {id: \"\", run: a}\n"),
        ("neither uses nor run", "- {id: a}\n"),
        ("both uses and run", "- {id: a, uses: train/majority, run: a}\n"),
        ("an unknown key", "- {id: a, runs: a}\n"),
        ("parameters that are no mapping", "- {id: a, uses: train/majority, with: [1]}\n"),
        ("parameters of a command", "- {id: a, run: a, with: {seed: 1}}\n"),
        ("the same id twice", "- {id: a, run: a}\n- {id: a, run: b}\n"),
        ("the id of a step that every project has", "- {id: gate, run: a}\n"),
        ("an unknown need", "- {id: trees, run: a}\n- {id: b, run: b, needs: [tres]}\n"),
        ("a need of itself", "- {id: a, run: a, needs: [a]}\n"),
        (
            "a circle, and a step that only waits for it",
            "- {id: late, run: x, needs: [b]}\n- {id: a, run: a, needs: [b]}\n- {id: b, run: b, needs: [a]}\n"
        ),
        ("an absolute dependency", "- {id: a, run: a, deps: [/etc/passwd]}\n"),
        ("an output outside the project", "- {id: a, run: a, outs: [x, a/../../b]}\n"),
        ("a test report outside the project", "- {id: a, run: a, junit: ../tests.xml}\n"),
        ("an empty path", "- {id: a, run: a, outs: [\"\"]}\n"),
    ]

    @Test("Each mistake names its place and what to do")
    func golden() throws {
        let text = mistakes.map { title, yaml in "\(title)\n    \(errorText { try steps(yaml) })\n" }
        #expect(text.filter { $0.contains("(no error)") } == [])
        let difference = try differenceFromGolden(text.joined(), "step-errors.txt")
        #expect(difference == nil)
    }
}
