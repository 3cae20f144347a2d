import Stages
import Support
import TestSupport
import Testing
import VersionsTestSupport

/// Files with templates, `foreach` and `matrix`, as the real DVC understands them.
@Suite(.enabled(if: DVCFolder.isInstalled, "\(DVCFolder.absence)"))
struct ReadingTests {
    private static let script = """
        import json
        from dvc.repo import Repo
        from dvc.dependency import ParamsDependency
        def one(s):
            return {
                "name": s.name, "cmd": s.cmd, "wdir": s.repo.fs.relpath(s.wdir, s.repo.root_dir),
                "deps": [d.def_path for d in s.deps if not isinstance(d, ParamsDependency)],
                "params": {d.def_path: list(d.params) for d in s.deps if isinstance(d, ParamsDependency)},
                "outs": [[o.def_path, bool(o.metric), bool(o.plot), o.use_cache, o.persist, o.can_push] for o in s.outs],
                "frozen": s.frozen, "always": s.always_changed, "desc": s.desc,
            }
        print(json.dumps([one(s) for s in Repo().index.stages]))
        """

    private func described(_ stage: Stage) -> JSONValue {
        [
            "name": .string(stage.name), "cmd": stage.command, "wdir": .string(stage.folder.isEmpty ? "." : stage.folder),
            "deps": JSONValue(stage.dependencies), "params": .object(stage.parameters.map { .init($0.file, JSONValue($0.keys)) }),
            "outs": .array(
                stage.outputs.map {
                    [
                        .string($0.path), .bool($0.kind == .metric), .bool($0.kind == .plot), .bool($0.isCached), .bool($0.isPersistent),
                        .bool($0.isPushed),
                    ]
                }), "frozen": .bool(stage.isFrozen), "always": .bool(stage.alwaysRuns), "desc": JSONValue(stage.description),
        ]
    }

    /// Holds what we read of a file against what DVC reads.
    private func compare(_ yaml: String, _ files: [String: String] = [:], config: String? = nil, style: TemplateStyle = TemplateStyle()) throws {
        let folder = try DVCFolder(usesGit: false)
        for (name, text) in files { try folder.write(text, to: name) }
        if let config { try folder.write(folder.text(".dvc/config") + config, to: ".dvc/config") }
        try folder.write(yaml, to: "dvc.yaml")
        let expected = try JSONValue(parsing: folder.run("python3", ["-c", ReadingTests.script])).elements
        let stages = try StageFile(root: folder.path, path: "dvc.yaml", style: style).stages
        #expect(stages.count == expected.count)
        for (stage, other) in zip(stages, expected) { #expect(described(stage).isSame(as: other), "\(described(stage).compact)\n\(other.compact)") }
    }

    @Test("Stages with all that can stand in them")
    func plain() throws {
        try compare(
            """
            vars: [{where: data}]
            stages:
              get:
                desc: brings the data
                cmd: curl -o ${where}/raw.csv http://example.org
                outs: ["${where}/raw.csv"]
                frozen: true
              train:
                cmd:
                - python train.py
                - echo \\${HOME} > out.txt
                deps: [train.py, ./data/raw.csv, sub/]
                params: [lr, model.depth, {other.json: [a, b.c]}, {whole.yaml: }, seed, {other.json: [d]}]
                outs: [model.pkl, {out.txt: {cache: false, persist: true}}, {rest/: {push: false, remote: far}}]
                metrics: [m.json, {n.json: {cache: false}}]
                plots: [p.csv, {q.csv: {x: a, y: b, template: linear}}]
                always_changed: true
                meta: {a: [1, 2]}
              inner:
                wdir: sub/dir
                cmd: "true"
                deps: [../x]
                outs: [y]
            params: [other.json]
            metrics: [m.json]
            plots: [{p.csv: {x: a}}, r.csv]
            artifacts: {model: {path: model.pkl, type: model}}
            """, ["sub/dir/keep": "", "params.yaml": "lr: 1"])
    }

    @Test("Templates: names with points and places, numbers, truth values, mappings as options")
    func templates() throws {
        let files = [
            "params.yaml": """
            lr: 0.001
            small: 1e-5
            one: 1.0
            big: 1e16
            yes_: true
            nothing: null
            text: it's a "text"
            list: [a, b, {c: d}]
            model: {name: tree, depth: 3, sizes: [1, 2], deep: {on: true, off: false, empty: "", words: [x y, z], none: null}}
            """, "more.json": #"{"from": {"json": [1, 2.50]}, "rest": 1}"#, "local.yaml": "only: here",
        ]
        let yaml = """
            vars: [more.json:from, {own: {a: 1}}]
            stages:
              fill:
                cmd: run ${lr} ${small} ${one} ${big} ${yes_} ${nothing} "${text}" ${list[0]} ${ list[2].c } ${from.json[1]} ${own.a} $${x} $HOME \\${lr}
                deps: ["${model.name}.txt", "a-${list[1]}.txt"]
              options:
                cmd: run ${model} ${own}
              scoped:
                vars: [local.yaml, {own: {b: 2}}]
                cmd: run ${only} ${own.a} ${own.b}
                outs: ["${only}.out": {cache: false}]
            """.replacing(" $${x}", with: "")
        try compare(yaml, files)
        var style = TemplateStyle()
        style.writesFalse = true
        style.repeatsName = true
        try compare(yaml, files, config: "[parsing]\n    bool = boolean_optional\n    list = append\n", style: style)
    }

    @Test("Stages for each element of a list or a mapping, and for each combination")
    func many() throws {
        try compare(
            """
            vars: [{models: [{name: a, n: 1}, {name: b, n: 2}], sizes: [1, 2.5, true], sets: {x: {file: x.csv}, y: {file: y.csv}}}]
            stages:
              list:
                foreach: [one, 2, 3.5, false]
                do: {cmd: "run ${item}", outs: ["${item}.out"]}
              objects:
                foreach: ${models}
                do: {cmd: "run ${item.name} ${item.n}"}
              named:
                foreach: ${sets}
                do: {cmd: "run ${key} ${item.file}", deps: ["${item.file}"], wdir: .}
              grid:
                matrix: {size: "${sizes}", model: "${models}", z: [q]}
                cmd: run ${item.size} ${item.model.name} ${item.z} ${key}
              last: {cmd: "true"}
            """, ["x.csv": "", "y.csv": ""])
    }

    @Test("Anchors, aliases and merge keys are read")
    func aliases() throws {
        try compare(
            """
            vars: [{base: &base {a: 1, b: 2}, other: {<<: *base, b: 3}}]
            stages:
              s: &s
                cmd: run ${base.a} ${other.a} ${other.b}
                deps: &deps [x, y]
              t: {cmd: "true", deps: *deps}
            """)
    }

    @Test(
        "What cannot be read is refused with its line",
        arguments: [
            ("stages:\n  a:\n    cmd: run ${missing}\n", "3"), ("stages:\n  a:\n    deps: [x]\n", "3"),
            ("stages:\n  a:\n    cmd: run\n    otus: [x]\n", "4"),
            ("stages:\n  a:\n    cmd: run\n    outs: [../x]\n", "2"), ("stages:\n  a:\n    cmd: ${list}\n", "3"),
            ("stages:\n  a: {cmd: x, outs: [a, ./a]}\n", "2"),
            ("vars: [{a: 1}, {a: 2}]\n", "1"), ("stages:\n  a: {foreach: 3, do: {cmd: x}}\n", "2"), ("stages:\n  a: {cmd: \"${a.}\"}\n", "2"),
        ])
    func refused(_ yaml: String, _ line: String) throws {
        let folder = try TemporaryFolder(["params.yaml": "list: [1]\n", "dvc.yaml": yaml])
        let error = #expect(throws: MartletError.self) { try StageFile(root: folder.path, path: "dvc.yaml") }
        #expect(error?.code == .invalidInput)
        #expect(error?.place?.line.map(String.init) == line, "\(error?.description ?? "")")
    }

    @Test("Aliases that stand for more than memory holds, and nesting without end, are refused")
    func hostile() throws {
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for i in 1..<12 { yaml += "a\(i): &a\(i) [" + [String](repeating: "*a\(i - 1)", count: 10).joined(separator: ", ") + "]\n" }
        let deep = "vars: " + String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
        for text in [yaml, deep, "stages: {a: {cmd: x}}\nstages: {}\n", "stages: {? [a] : b}\n", "a: *b\n", "x: &x\n  y: *x\n"] {
            let folder = try TemporaryFolder(["dvc.yaml": text])
            let error = #expect(throws: MartletError.self) { try StageFile(root: folder.path, path: "dvc.yaml") }
            #expect(error?.code == .invalidInput)
        }
    }
}
