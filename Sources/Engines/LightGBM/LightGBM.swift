import EngineHeaders
package import EngineLibraries
internal import Foundation
package import Support

/// LightGBM, loaded. Every call runs on one thread of its own while the caller waits: never call it on Swift's cooperative pool.
package struct LightGBM: Sendable {
    let api: LightGBMAPI
    /// How many threads a training uses unless its parameters say otherwise.
    package let threads: Int

    /// Lets the library's OpenMP threads sleep where they would spin, so that other engines are not held up. For the start of a program: the
    /// environment may only change while no other thread reads it.
    package static func letThreadsSleep() { setenv("GOMP_SPINCOUNT", "0", 0) }

    /// Loads the library on first use and sets the number of threads that it may use in this process.
    /// - Throws: `engineMissing`.
    package init(locator: EngineLocator, threads: Int = 2) throws(MartletError) {
        let api = try LightGBMAPI(locator)
        let limit = max(1, min(threads, 256))
        self.api = api
        self.threads = limit
        try OwnerThread.lightGBM.run { () throws(MartletError) in
            _ = api.calls.register_log_callback { _ in }
            try api.check(api.calls.set_max_threads(CInt(limit)), "LightGBM refuses \(limit) threads.")
        }
    }

    /// Checks that the library at hand answers as Martlet expects: trains three rounds and predicts.
    /// - Returns: the pinned version, since the library does not tell its own.
    /// - Throws: `engineMissing`.
    package static func selfTest(locator: EngineLocator) throws(MartletError) -> String {
        let engine = try LightGBM(locator: locator, threads: 1)
        let values = (0..<64).map(Double.init)
        let matrix = TrainingMatrix(features: [values], featureNames: ["x"], label: values.map { $0 < 32 ? 0 : 1 })
        let booster = try engine.train([("objective", "binary"), ("min_data_in_leaf", "5")], training: matrix, rounds: 3)
        let answers = try booster.predict([[0, 63]], raw: false)
        guard answers.count == 2, answers[0] < 0.5, answers[1] > 0.5,
            try Booster(modelText: booster.modelText, engine: engine).predict([[0, 63]], raw: false) == answers
        else { throw MartletError(.engineMissing, "LightGBM does not answer as expected. \(Engine.lightgbm.howToGet)") }
        return Engine.lightgbm.pinnedVersion
    }
}
