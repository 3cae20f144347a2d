# Building with a calm progress: one line that moves on a terminal, a line a minute elsewhere. Sourced after shared.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154

build_log=$log_directory/build.log

# The compiler's last step, such as "[123/890] Compiling NIOCore".
last_step() { tail -c 4000 "$build_log" | grep -aoE '^\[[0-9]+/[0-9]+\] .*' | tail -n 1 || true; }

clock() { printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60)); }

show_on_terminal() { printf '\r\e[K%.*s' $(($(tput cols 2>/dev/null || echo 80) - 1)) "  $(clock)  $(last_step)"; }

show_as_line() {
    if ((SECONDS < next_line)); then return; fi
    say "  $(clock)  $(last_step)"
    next_line=$((SECONDS + 60))
}

# The package manager hands the traits of a package to the compiler in the order of a set; without fixed hashes that order differs from call to
# call, and half of the calls compile SwiftProtobuf and Hummingbird anew.
# `build_with_progress WHAT...`: the arguments of `swift build` after the flags that all builds share.
build_with_progress() {
    local builder next_line=10
    SECONDS=0
    run_in_background "$build_log" env SWIFT_DETERMINISTIC_HASHING=1 swift build "${build_flags[@]}" "$@"
    builder=$child
    while kill -0 "$builder" 2>/dev/null; do
        if [[ -t 1 ]]; then show_on_terminal; else show_as_line; fi
        sleep 0.3
    done
    if [[ -t 1 ]]; then printf '\r\e[K'; fi
    if ! wait_for_background "$builder"; then
        grep -aE '(^|: )error: ' "$build_log" | sort -u | tail -n 20 >&2 || tail -n 20 "$build_log" >&2
        fail "The build failed. The whole output is $build_log."
    fi
    say "Built in $(clock)."
}
