import Events
import Monitoring
import Planning
import Projects
import Serving
import Support

/// What a server does between requests: picks up promotions and shared traffic, evaluates production objectives on schedule, lets old predictions go.
struct Watch {
    let live: LiveProject
    let endpoint: Endpoint
    let traffic: TrafficWatch
    /// The endpoints beside the main one.
    let hosted: HostedEndpoints

    private var project: Project { live.current }

    /// Looks once a second, until it is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await watchMain() }
            group.addTask { await watchBeside() }
        }
    }

    /// Models beside the main one may take their time to load: meanwhile a canary of the main one is taken out all the same.
    private func watchBeside() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil { await hosted.pickUp() }
    }

    private func watchMain() async {
        var last = monotonicSeconds()
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            await pickUpPromotion()
            await traffic.pickUp()
            await traffic.look()
            guard monotonicSeconds() >= last + project.file.monitoring.every else { continue }
            last = monotonicSeconds()
            await look()
        }
    }

    /// Swaps the model when the alias has moved. A model that cannot be loaded leaves the old one answering.
    private func pickUpPromotion() async {
        guard let held = endpoint.held else { return }
        do {
            guard let standing = try project.championDigest(), standing != held.digest else { return }
            if try await endpoint.refresh() {
                Console.standard.note("Serving \(project.file.serving.model)@\(project.file.serving.selector) anew after a promotion.")
            }
        } catch { Console.standard.note("The new champion could not be loaded; the old one goes on answering. \(error)") }
    }

    /// Lets go of what is older than it is kept. The record tells what went.
    func letGo() {
        guard project.file.retention.isSet else { return }
        do { _ = try project.retain(isRoutine: true) } catch { Console.standard.note("Retention failed. \(error)") }
    }

    private func look() async {
        do {
            let outcome = try await project.check(nil)
            for result in outcome.results where result.verdict == .red { Console.standard.note("✗ \(result.objective): \(result.reason)") }
            outcome.notes.forEach { Console.standard.note($0) }
        } catch { Console.standard.note("The scheduled check failed. \(error)") }
        letGo()
    }
}
