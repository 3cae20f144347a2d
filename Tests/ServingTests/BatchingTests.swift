import Dispatch
import Serving
import Support
import Synchronization
import Tables
import Testing

/// Lets others work while something is waited for.
private func pause() async { try? await Task.sleep(for: .milliseconds(1)) }

@Suite("Requests to a model that takes its time")
struct BatchingTests {
    /// A model that is held up at some of its calls, so that others gather, and remembers what it was asked.
    private final class HeldModel: ServedModel {
        let name = "income"
        let version = 3
        let digest = "sha256:ab"
        let signature = FakeModel.contract
        let graph: (any ServedGraph)?
        private let held: Int
        private let gate = DispatchSemaphore(value: 0)
        private let asked = Mutex<[[Double]]>([])

        /// - Parameter held: how many of its first calls are held up.
        init(held: Int = 1, graph: (any ServedGraph)? = nil) {
            self.held = held
            self.graph = graph
        }

        func answer(_ table: Table) throws(MartletError) -> Answers {
            hold(try table.column("count").numbers ?? [])
            return try FakeModel(failsAt: 99).answer(table)
        }

        func hold(_ values: [Double]) {
            let call = asked.withLock { asked in
                asked.append(values)
                return asked.count
            }
            if call <= held { gate.wait() }
        }

        func release() { gate.signal() }
        /// The values of `count`, call by call.
        var calls: [[Double]] { asked.withLock { $0 } }
    }

    private static func request(_ count: Double, _ urgency: Urgency = Urgency()) -> InferenceRequest {
        var inputs = validInputs()
        inputs[1].values = .numbers([count])
        return InferenceRequest(inputs: inputs, urgency: urgency)
    }

    /// Asks for row 0, which is held up, and while it is for all others in their order; then lets the model go on.
    private func gather(
        _ requests: [InferenceRequest], batch: BatchOptions = BatchOptions(wait: 3600), meanwhile: @escaping @Sendable () async -> Void = {}
    ) async throws -> (answers: [Result<Double, MartletError>], calls: [[Double]], figures: LineFigures) {
        let model = HeldModel()
        let endpoint = makeEndpoint(FakeProvider(model), pool: WorkPool(width: 1), batch: batch)
        let ask = { @Sendable (request: InferenceRequest) async -> Result<Double, MartletError> in
            do throws(MartletError) { return .success(try await endpoint.infer(request).answers.scores[0]) } catch { return .failure(error) }
        }
        let first = Task { await ask(Self.request(0)) }
        while model.calls.isEmpty { await pause() }
        var tasks: [Task<Result<Double, MartletError>, Never>] = []
        for request in requests {
            let before = endpoint.lineFigures
            tasks.append(Task { await ask(request) })
            while endpoint.lineFigures == before { await pause() }
        }
        await meanwhile()
        model.release()
        var answers = [await first.value]
        for task in tasks { answers.append(await task.value) }
        return (answers, model.calls, endpoint.lineFigures)
    }

    @Test("are asked together where they wait anyway, in ever larger batches, and each gets its own answer")
    func together() async throws {
        let (answers, calls, figures) = try await gather((1...20).map { Self.request(Double($0)) })
        #expect(try answers.map { try $0.get() } == (0...20).map { Double($0) / 100 })
        #expect(calls.map(\.count) == [1, 3, 7, 10] && calls.joined().elementsEqual((0...20).map(Double.init)))
        #expect(figures.batches == 4 && figures.requests == 21 && figures.rows == 21 && figures.waiting == 0)
    }

    @Test("are asked one by one where the settings say so, the most urgent first")
    func urgent() async throws {
        let priorities = [5, 0, 9, 1, 5, 1]
        let requests = try priorities.enumerated().map {
            Self.request(Double($0.offset + 1), try Urgency(priority: $0.element, microseconds: nil, receivedAt: 0))
        }
        let (answers, calls, _) = try await gather(requests, batch: BatchOptions(rows: 1, wait: 3600))
        #expect(answers.allSatisfy { (try? $0.get()) != nil })
        #expect(calls.joined().elementsEqual([0, 4, 6, 1, 2, 5, 3]))
    }

    @Test("do not suffer from another with which they are asked")
    func apart() async throws {
        let (answers, _, _) = try await gather([1, 99, 2].map { Self.request($0) })
        #expect(try answers[1].get() == 0.01 && (try answers[3].get()) == 0.02)
        #expect(throws: MartletError(.defect, "The model fails at 99.0.")) { try answers[2].get() }
    }

    @Test("whose time is over are told so, and the model is not asked")
    func late() async throws {
        let start = monotonicSeconds()
        let late = Self.request(1, try Urgency(priority: nil, microseconds: 50_000, receivedAt: start))
        let (answers, calls, figures) = try await gather([late, Self.request(2)]) {
            while monotonicSeconds() < start + 0.1 { await pause() }
        }
        #expect(throws: MartletError.self) { try answers[1].get() }
        if case .failure(let error) = answers[1] { #expect(error.code == .deadlineExceeded) }
        #expect(try answers[2].get() == 0.02)
        #expect(calls == [[0], [2]] && figures.late == 1)
    }

    @Test("that would wait too long are turned away at once and told when to try again; the urgent are let past those that wait")
    func shed() async throws {
        let model = HeldModel(held: 2)
        let endpoint = makeEndpoint(FakeProvider(model), pool: WorkPool(width: 1), batch: BatchOptions(wait: 0))
        let first = Task { try await endpoint.infer(Self.request(0)) }
        while model.calls.isEmpty { await pause() }
        model.release()
        _ = try await first.value
        let second = Task { try await endpoint.infer(Self.request(1)) }
        while model.calls.count < 2 { await pause() }
        let third = Task { try await endpoint.infer(Self.request(2)) }
        while endpoint.lineFigures.waiting < 1 { await pause() }
        let error = await #expect(throws: MartletError.self) { try await endpoint.infer(Self.request(3)) }
        #expect(error?.code == .unavailable && error?.retryAfter ?? 0 >= 1)
        let urgent = try Urgency(priority: 1, microseconds: nil, receivedAt: 0)
        let fourth = Task { try await endpoint.infer(Self.request(4, urgent)) }
        while endpoint.lineFigures.waiting < 2 { await pause() }
        model.release()
        #expect(try await [second.value, third.value, fourth.value].map { $0.answers.scores[0] } == [0.01, 0.02, 0.04])
        #expect(endpoint.lineFigures.shed == 1 && endpoint.figures().failed == 1)
        #expect(endpoint.versionFigures.map(\.figures.failed) == [0], "the version is not to blame")
    }

    /// Doubles a matrix.
    private struct Doubling: ServedGraph {
        func answer(_ tensors: [Tensor], rows: Int) throws(MartletError) -> GraphAnswers {
            let bytes = BinaryTensor.bytes(tensors[0].values, as: .fp32)
            let doubled = BinaryTensor.words(bytes, UInt32.self).map { Double(2 * Float(bitPattern: $0)) }
            return GraphAnswers(
                outputs: [Tensor(name: "Y", datatype: .fp32, shape: tensors[0].shape, values: .numbers(doubled))],
                answers: Answers(scores: Array(repeating: 0, count: rows), width: 1, labels: nil), inputs: Table(rows: rows))
        }
    }

    /// A model of matrices around one that is held up.
    private struct MatrixModel: ServedModel {
        let held: HeldModel
        let name = "income"
        let version = 3
        let digest = "sha256:ab"
        let signature = Signature(inputs: [], answer: .regression)
        let interface = TensorInterface(
            inputs: [.init(name: "X", datatype: .fp32, shape: [-1, -1])], outputs: [.init(name: "Y", datatype: .fp32, shape: [-1, -1])])
        var graph: (any ServedGraph)? { HeldDoubling(held: held) }

        func answer(_ table: Table) throws(MartletError) -> Answers { throw MartletError(.defect, "It takes tensors.") }
    }

    private struct HeldDoubling: ServedGraph {
        let held: HeldModel

        func answer(_ tensors: [Tensor], rows: Int) throws(MartletError) -> GraphAnswers {
            held.hold([Double(rows)])
            return try Doubling().answer(tensors, rows: rows)
        }
    }

    @Test("of tensors are asked together where these have the same form, and get their own rows of every output")
    func tensors() async throws {
        let held = HeldModel()
        let endpoint = makeEndpoint(FakeProvider(MatrixModel(held: held)), pool: WorkPool(width: 1))
        let ask = { @Sendable (rows: Int, width: Int) async throws -> [Double] in
            let numbers = (0..<rows * width).map { Double($0 + 10 * rows) }
            let values = rows == 2 ? Tensor.Values.raw(BinaryTensor.bytes(.numbers(numbers), as: .fp32)) : .numbers(numbers)
            let result = try await endpoint.infer(
                InferenceRequest(inputs: [Tensor(name: "X", datatype: .fp32, shape: [rows, width], values: values)]))
            let output = try #require(result.tensors?.first)
            #expect(output.shape == [rows, width] && result.ids.count == rows)
            let doubled = BinaryTensor.words(BinaryTensor.bytes(output.values, as: .fp32), UInt32.self).map { Double(Float(bitPattern: $0)) }
            #expect(doubled == numbers.map { 2 * $0 })
            return doubled
        }
        let first = Task { try await ask(1, 2) }
        while held.calls.isEmpty { await pause() }
        var others: [Task<[Double], any Error>] = []
        for (rows, width) in [(1, 2), (1, 3), (2, 2)] {
            let before = endpoint.lineFigures
            others.append(Task { try await ask(rows, width) })
            while endpoint.lineFigures == before { await pause() }
        }
        held.release()
        _ = try await first.value
        for other in others { _ = try await other.value }
        #expect(held.calls == [[1], [3], [1]], "rows of two columns together, those of three by themselves")
    }
}
