import EngineLibraries
import Foundation
import Support
import Testing

@Suite("Engines are found on the machine")
struct EngineLocatorTests {
    private func touch(_ path: String) throws {
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: path))
    }

    @Test("A missing engine is an error that says what to do and ends with exit code 4")
    func missing() throws {
        try Surroundings.withFolder { folder in
            let locator = EngineLocator(environment: [:], programDirectory: folder, projectDirectory: folder)
            let error = #expect(throws: MartletError.self) { try locator.require(.lightgbm) }
            #expect(error?.code == .engineMissing)
            #expect(error?.exitCode == 4)
            #expect(error?.message.contains("make setup") == true)
            #expect(error?.message.contains("LightGBM 4.7.0") == true)
        }
    }

    @Test("MARTLET_ENGINES comes before the program's folder, which comes before the project's and the build tree's")
    func order() throws {
        try Surroundings.withFolder { folder in
            let places = ["one", "two", "bin/engines", "project/.martlet/engines", ".setup/engines"].map {
                "\(folder)/\($0)/lightgbm/lightgbm/lib/lib_lightgbm.so"
            }
            let locator = EngineLocator(
                environment: ["MARTLET_ENGINES": "\(folder)/one:\(folder)/two"], programDirectory: "\(folder)/bin",
                projectDirectory: "\(folder)/project")
            for place in places.reversed() {
                try touch(place)
                #expect(locator.path(of: .lightgbm) == place)
            }
        }
    }

    @Test("A versioned library name is found, another library beside it is not taken for it")
    func versioned() throws {
        try Surroundings.withFolder { folder in
            let capi = "\(folder)/onnxruntime/onnxruntime/capi/"
            for name in ["libonnxruntime_providers_shared.so", "libonnxruntime.so.1.32.0", "onnxruntime_pybind11_state.so"] { try touch(capi + name) }
            let locator = EngineLocator(environment: ["MARTLET_ENGINES": folder], programDirectory: "/nowhere", projectDirectory: nil)
            #expect(locator.path(of: .onnxruntime) == capi + "libonnxruntime.so.1.32.0")
        }
    }

    @Test("A file that is no library is refused with the loader's reason")
    func noLibrary() throws {
        try Surroundings.withFolder { folder in
            try touch(folder + "/lib_lightgbm.so")
            let error = #expect(throws: MartletError.self) { try DynamicLibrary.load(folder + "/lib_lightgbm.so") }
            #expect(error?.code == .engineMissing)
            #expect(error?.cause?.isEmpty == false)
        }
    }

    @Test("A library without a symbol that is asked for is refused by that name")
    func noSymbol() throws {
        let library = try DynamicLibrary.load("libc.so.6")
        let error = #expect(throws: MartletError.self) { try library.symbol("martlet_no_such_symbol") }
        #expect(error?.code == .engineMissing)
        #expect(error?.message.contains("martlet_no_such_symbol") == true)
    }
}
