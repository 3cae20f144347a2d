import Foundation
import Support
import TestSupport
import Testing
import VersionsTestSupport

/// `martlet run` on a `dvc.yaml`, with the real DVC as the judge.
@Suite(.enabled(if: Program.isBuilt && DVCFolder.isInstalled, "\(Program.absence) \(DVCFolder.absence)"))
struct StageRunTests {
    private static let yaml = """
        vars: [{names: [a, b]}]
        stages:
          report:
            cmd: cat parts/*.txt > report.txt && echo '{"lines":' $(wc -l < report.txt)'}' > metrics.json
            deps: [parts]
            outs: [report.txt]
            metrics: [{metrics.json: {cache: false}}]
          collect:
            cmd:
            - mkdir -p parts/sub
            - cp a.txt b.txt parts && cp a.txt parts/sub/c
            deps: [a.txt, b.txt]
            outs: [parts]
          make:
            foreach: ${names}
            do:
              cmd: sh make.sh ${item} ${count} > ${item}.txt
              deps: [make.sh]
              params: [count, {other.json: [deep.x]}]
              outs: ["${item}.txt"]
          empty:
            wdir: inner
            cmd: touch nothing && printf x > run.sh && chmod +x run.sh
            outs: [nothing, run.sh]
        """

    private func project(usesGit: Bool = true) throws -> DVCFolder {
        let folder = try DVCFolder(usesGit: usesGit)
        try folder.write(StageRunTests.yaml, to: "dvc.yaml")
        try folder.write("for i in $(seq $2); do echo $1 $i; done\n", to: "make.sh")
        try folder.write("count: 3\n", to: "params.yaml")
        try folder.write(#"{"deep": {"x": 1.0, "y": 2}}"#, to: "other.json")
        try folder.write("", to: "inner/keep")
        return folder
    }

    @discardableResult
    private func martlet(_ arguments: String..., in folder: DVCFolder) throws -> String {
        try folder.run(Program.path ?? "", ["run"] + arguments)
    }

    @Test("After martlet run, dvc finds nothing to do, and dvc.lock is byte for byte what dvc writes")
    func ours() throws {
        let ours = try project()
        let theirs = try project()
        try martlet(in: ours)
        try theirs.dvc("repro", "-q")
        for name in ["dvc.lock", ".gitignore", "inner/.gitignore"] { #expect(try ours.text(name) == theirs.text(name), "\(name)") }
        #expect(try ours.status() == [:])
        #expect(try !ours.dvc("repro").contains("Running stage"))
        #expect(
            try ours.run("sh", ["-c", "cd .dvc/cache/files && find . -type f | sort | xargs md5sum"])
                == theirs.run("sh", ["-c", "cd .dvc/cache/files && find . -type f | sort | xargs md5sum"]))
        try ours.git("add", ".")
        #expect(try !ours.git("status", "--porcelain").contains(".martlet"))
        #expect(try martlet(in: ours).contains("Nothing changed"))
    }

    @Test("After dvc repro, martlet run finds nothing to do, and says why where something changed")
    func theirs() throws {
        let folder = try project()
        try folder.dvc("repro", "-q")
        let lock = try folder.text("dvc.lock")
        #expect(try martlet(in: folder).contains("Nothing changed"))
        #expect(try martlet("--dry-run", in: folder).contains("Nothing changed"))
        #expect(try folder.text("dvc.lock") == lock)

        try folder.write("count: 4\n", to: "params.yaml")
        let plan = try JSONValue(parsing: martlet("--dry-run", "--json", in: folder))
        #expect(plan["would_run"] == ["make@a", "make@b", "collect", "report"])
        #expect(plan["reasons"]["make@a"] == ["its command changed", "the parameter count changed from 3 to 4"])
        #expect(plan["reasons"]["report"] == ["it follows collect"])
        try martlet("make@a", in: folder)
        let left = try JSONValue(parsing: martlet("--dry-run", "--json", in: folder))
        #expect(left["would_run"] == ["make@b", "collect", "report"])
        try martlet(in: folder)
        #expect(try folder.status() == [:])
        #expect(try !folder.dvc("repro").contains("Running stage"))
    }

    @Test("What is missing comes from the cache without a command, and what was changed by hand is brought back")
    func restored() throws {
        let folder = try project()
        try martlet(in: folder)
        let lock = try folder.text("dvc.lock")
        try folder.remove("report.txt")
        try folder.remove("parts")
        try folder.write("spoilt", to: "a.txt")
        try folder.write("exit 7\n", to: "unused.sh")
        let plan = try JSONValue(parsing: martlet("--dry-run", "--json", in: folder))
        #expect(plan["reasons"]["make@a"] == ["the output a.txt changed"])
        try martlet(in: folder)
        #expect(try folder.text("a.txt") == "a 1\na 2\na 3\n")
        #expect(try folder.text("parts/sub/c") == "a 1\na 2\na 3\n")
        #expect(try folder.text("dvc.lock") == lock)
        #expect(try folder.status() == [:])
    }

    @Test("A failure stops what needs it, is told with what the command printed, and the next run goes on from there")
    func failure() throws {
        let folder = try project()
        try folder.write(
            """
            stages:
              bad: {cmd: "echo no luck >&2; exit 3", deps: [make.sh], outs: [bad.txt]}
              after: {cmd: cp bad.txt after.txt, deps: [bad.txt], outs: [after.txt]}
              good: {cmd: echo good > good.txt, outs: [good.txt]}
            """, to: "dvc.yaml")
        let error = #expect(throws: MartletError.self) { try martlet("--keep-going", in: folder) }
        #expect(error?.cause?.contains("no luck") == true)
        #expect(error?.cause?.contains("after") == true)
        #expect(try folder.text("good.txt") == "good\n")
        #expect(!folder.exists("after.txt"))
        try folder.write("true\n", to: "make.sh")
        try folder.write(folder.text("dvc.yaml").replacing("echo no luck >&2; exit 3", with: "echo well > bad.txt"), to: "dvc.yaml")
        try martlet(in: folder)
        #expect(try folder.text("after.txt") == "well\n")
        #expect(try folder.status() == [:])
    }
}
