import Support
import TestSupport
import Testing

@Suite("Names of things and words meant")
struct ReferenceTests {
    @Test(
        "References are read in our spelling and in MLflow's",
        arguments: [
            ("model:income@champion", "model:income@champion"), ("dataset:adult@v3", "dataset:adult@v3"), ("run:4f1c", "run:4f1c"),
            ("objective:fair", "objective:fair"), ("prediction:0191", "prediction:0191"), ("model:a:b@c", "model:a:b@c"),
            ("model:a@b@c", "model:a@b@c"),
            ("models:/income@champion", "model:income@champion"), ("models:/income/3", "model:income@3"), ("runs:/4f1c", "run:4f1c"),
            ("runs:/4f1c/artifacts/model", "run:4f1c"),
        ])
    func reads(_ text: String, _ description: String) {
        #expect(Reference(text)?.description == description)
    }

    @Test(
        "What names nothing is no reference",
        arguments: [
            "", ":", "income", "model", "model:", "model:@champion", "model:income@", "thing:income", "MODEL:income", "runs:/", "runs://artifacts",
            "models:/",
            "models:/income", "models:/@champion", "models:/income@", "models:/a/b/c",
        ])
    func refuses(_ text: String) {
        #expect(Reference(text) == nil)
    }

    @Test("A selector is a version number with or without its v")
    func versions() {
        #expect(Reference(.model, "m", "v3").version == 3)
        #expect(Reference(.model, "m", "3").version == 3)
        for selector in ["champion", "v", "", "v1.5", "99999999999999999999"] { #expect(Reference(.model, "m", selector).version == nil) }
        #expect(Reference(.model, "m").version == nil)
    }

    @Test("The nearest word is suggested, where one is near enough")
    func suggestions() {
        let words = ["train", "validation", "test", "production"]
        #expect(suggestion(for: "tset", among: words) == "test", "two neighbours swapped")
        #expect(suggestion(for: "Validaton", among: words) == "validation")
        #expect(suggestion(for: "production ", among: words) == "production")
        #expect(suggestion(for: "serving", among: words) == nil)
        #expect(suggestion(for: "x", among: [] as [String]) == nil)
        #expect(didYouMean("trian", among: words) == " Did you mean “train”?")
        #expect(didYouMean("serving", among: words) == "")
    }

    @Test("A word of a million letters is not compared letter by letter with a short one")
    func longWords() {
        #expect(suggestion(for: String(repeating: "a", count: 1_000_000), among: (0..<200).map { "class \($0)" }) == nil)
    }
}

@Suite("Errors")
struct MartletErrorTests {
    @Test("An error reads as place, message and cause")
    func description() {
        let place = SourcePlace(file: "martlet.yaml", line: 3, column: 9)
        #expect(MartletError(.usage, "No.").description == "No.")
        #expect(MartletError(.invalidInput, "No.", place: place, cause: "because").description == "martlet.yaml:3:9: No.\n  cause: because")
        #expect(SourcePlace(file: "a.csv", line: 7).description == "a.csv:7")
    }

    @Test("Exit codes are 2 for usage, 3 for a gate, 4 for what is missing, 1 for the rest")
    func exitCodes() {
        let codes = Dictionary(grouping: MartletError.Code.allCases) { MartletError($0, "").exitCode }
        #expect(codes[2] == [.usage])
        #expect(codes[3] == [.refused])
        #expect(codes[4] == [.engineMissing, .unavailable])
        #expect(codes[1]?.count == MartletError.Code.allCases.count - 4)
    }

    @Test("A failed system call says what to do, and a full disk has a code of its own")
    func system() throws {
        let numbers: [Int32] = [28, 122, 2, 13, 1, 5]
        let errors = numbers.map { MartletError.system("write", "/p/file", number: $0) }
        #expect(errors.map(\.code) == [.storageFull, .storageFull, .notFound, .inputOutput, .inputOutput, .inputOutput])
        let difference = try differenceFromGolden(errors.map { "\($0)\n" }.joined(), "system-errors.txt")
        #expect(difference == nil)
    }
}
