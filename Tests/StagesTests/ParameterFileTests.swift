import Foundation
import Stages
import Support
import TestSupport
import Testing
import VersionsTestSupport

/// Files of parameters as DVC reads them, and as hostile hands write them.
struct ParameterFileTests {
    private static let toml = """
        title = "TOML \\u00e9 \\"q\\"" # remark
        int = 1_000
        hex = 0xDEAD
        oct = 0o17
        bin = 0b101
        neg = -17
        float = 3.5
        exp = 5e+22
        small = -2e-2
        flag = true
        lit = 'C:\\new'
        long = \"""
        one \\
           two
        three\"""
        longlit = '''
        a 'quoted' text'''
        list = [1, 2, 3,] # trailing
        mixed = [ "a", [ 1.5 ], { x = 1, y.z = "b" } ]
        "quoted key" = 1
        3.14 = "dotted"
        a.b.c = 2

        [owner]
        name = "x"
        [owner.inner]
        deep = [
          1, # one
          2,
        ]
        [[products]]
        name = "p"
        [products.detail]
        n = 1
        [[products]]
        name = "q"
        [[products.parts]]
        id = 7
        """

    private static let python = """
        import os
        # remark
        LR = 0.001
        EPOCHS: int = 10
        NAME = "it's" 'x'
        BIG = 1_000
        NEG = -5
        FLAG, OTHER = True, False
        LIST = [1, 2.5, "a", None, (1, 2)]
        PAIR = (1, 2)
        DICT = {"a": 1, 'b': {"c": [1]}}
        CALL = os.path.join("a")
        SUM = 1 + 2
        LONG = [
            1,
            2,  # two
        ]
        TEXT = \"""two
        lines\"""
        a = b = 3
        x == 4

        class Train:
            seed = 42
            def __init__(self, n):
                self.depth = 5
                self.n = n
                other = 6
            def run(self):
                self.no = 1

        def f():
            hidden = 1

        if True:
            inside = 1
        LAST = 'end'
        """

    @Test("TOML and Python files are read as DVC reads them", .enabled(if: DVCFolder.isInstalled, "\(DVCFolder.absence)"))
    func reference() throws {
        let folder = try DVCFolder(usesGit: false, initialises: false)
        for (name, text) in ["p.toml": ParameterFileTests.toml, "p.py": ParameterFileTests.python] {
            try folder.write(text, to: name)
            let parse =
                name == "p.py" ? "from dvc.utils.serialize._py import parse_py as parse" : "from dvc.utils.serialize._toml import parse_toml as parse"
            let expected = try folder.run("python3", ["-c", "import json\n\(parse)\nprint(json.dumps(parse(open('\(name)').read(), 'x')))"])
            let value = try ParameterFile.read("\(folder.path)/\(name)", name: name)
            #expect(value.isSame(as: try JSONValue(parsing: expected)), "\(value.compact)\n\(expected)")
        }
    }

    @Test(
        "What is no TOML is refused with its line",
        arguments: [
            "a = 1\na = 2", "a = ", "a", "[t]\n[t]", "a = \"x", "a = [1", "a = {x = 1", "a.b = 1\na = 2", "a = 1 2", "= 1", "a = '''x", "a = \"\\q\"",
            "[a",
        ])
    func refused(_ text: String) throws {
        let folder = try TemporaryFolder(["x.toml": text])
        let error = #expect(throws: MartletError.self) { try ParameterFile.read(folder.path("x.toml"), name: "x.toml") }
        #expect(error?.code == .invalidInput)
    }

    @Test("Whatever stands in a file of parameters, in dvc.yaml or in dvc.lock: it is read or refused")
    func fuzz() throws {
        let folder = try TemporaryFolder()
        let yaml = """
            vars: [{models: [{name: a}, b], n: 1}]
            stages:
              a: {foreach: "${models}", do: {cmd: "run ${item}", deps: [x], params: [a.b], outs: [{y: {cache: false}}]}}
              b: {matrix: {x: [1, 2], y: "${models}"}, cmd: "run ${item.x} ${n}", wdir: sub}
            """
        let lock =
            "schema: '2.0'\nstages:\n  a:\n    cmd: x\n    deps:\n    - path: x\n      hash: md5\n      md5: b026324c6904b2a9cb4b88d6d61c81d1\n      size: 2\n"
        let seeds = [("x.toml", ParameterFileTests.toml), ("x.py", ParameterFileTests.python), ("dvc.yaml", yaml), ("dvc.lock", lock)]
        for (name, text) in seeds {
            var fuzz = Fuzz(name, corpus: [text], tokens: ["${", "}", "foreach", "matrix", "<<", "&a", "*a", "\"\"\"", "'''", "[[", "schema"])
            let findings = fuzz.run { bytes in
                try folder.write(name, Data(bytes))
                switch name {
                case "dvc.yaml": _ = try StageFile(root: folder.path, path: name)
                case "dvc.lock": _ = try StageLock(root: folder.path, path: name)
                default: _ = try ParameterFile.read(folder.path(name), name: name)
                }
            }
            #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
        }
    }
}
