import PythonWorker
import TestSupport
import Testing

@Suite("Fuzzed answers of workers") struct FuzzTests {
    @Test("The answers of a worker") func workerAnswers() {
        let tensors = [
            WorkerTensor(name: "a", element: .fp64, shape: [2, 2], content: .bytes(ArraySlice(repeating: 7, count: 32))),
            WorkerTensor(name: "town", element: .text, shape: [3], content: .texts(["Ulm", nil, ""])),
        ]
        var fuzz = Fuzz("worker-answers", corpus: [WorkerTensor.encode(tensors), WorkerTensor.encode([])])
        #expect(fuzz.run { _ = try WorkerTensor.decode($0) } == [])
    }
}
