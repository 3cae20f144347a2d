// The model's engine called in a loop by one thread, through its C interface: what a request costs before there is any protocol.
//
//     engine_loop LIBRARY MODEL ROWS COLUMNS BATCH SECONDS SCORES
//
// ROWS holds 32-bit floats, row by row; each call takes the next BATCH of them, makes a tensor of them, runs the model for the outputs "label" and
// "probabilities" and reads both. Prints {"answers", "seconds", "processor", "p50", "p99"}, the last two in microseconds, and writes the
// probabilities of the first round through all rows to SCORES. The numbers of functions are their places in the interface's table, which never change.
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { VERSION = 16, FLOAT = 1, WARNINGS = 3, ALL_OPTIMISATIONS = 99, ARENA = 1, DEFAULT_MEMORY = 0 };
enum {
    GET_ERROR_MESSAGE = 2, CREATE_ENVIRONMENT = 3, CREATE_SESSION = 7, RUN = 9, CREATE_OPTIONS = 10, SET_OPTIMISATION = 23, SET_INTRA_THREADS = 24,
    SET_INTER_THREADS = 25, CREATE_TENSOR = 49, TENSOR_DATA = 51, CREATE_MEMORY_INFO = 69, RELEASE_VALUE = 96
};

typedef struct {
    const void *const *(*get_interface)(uint32_t version);
    const char *(*get_version)(void);
} Base;

static const void *const *interface;

static void fail(const char *what, const char *detail) {
    fprintf(stderr, "%s: %.600s\n", what, detail);
    exit(1);
}

static void checked(void *status) {
    if (status) fail("the engine", ((const char *(*)(void *))interface[GET_ERROR_MESSAGE])(status));
}

static double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void *open_session(const char *model) {
    void *environment, *options, *session;
    checked(((void *(*)(int, const char *, void **))interface[CREATE_ENVIRONMENT])(WARNINGS, "engine_loop", &environment));
    checked(((void *(*)(void **))interface[CREATE_OPTIONS])(&options));
    checked(((void *(*)(void *, int))interface[SET_OPTIMISATION])(options, ALL_OPTIMISATIONS));
    checked(((void *(*)(void *, int))interface[SET_INTRA_THREADS])(options, 1));
    checked(((void *(*)(void *, int))interface[SET_INTER_THREADS])(options, 1));
    checked(((void *(*)(void *, const char *, void *, void **))interface[CREATE_SESSION])(environment, model, options, &session));
    return session;
}

static volatile int64_t last_label;

static void call(void *session, void *memory, float *rows, int64_t batch, int64_t columns, float *probabilities) {
    static const char *const inputs[] = {"input"}, *const outputs[] = {"label", "probabilities"};
    int64_t shape[] = {batch, columns};
    void *input, *found[2] = {NULL, NULL}, *data;
    checked(((void *(*)(void *, void *, size_t, const int64_t *, size_t, int, void **))interface[CREATE_TENSOR])(
        memory, rows, sizeof *rows * (size_t)(batch * columns), shape, 2, FLOAT, &input));
    checked(((void *(*)(void *, void *, const char *const *, const void *const *, size_t, const char *const *, size_t, void **))interface[RUN])(
        session, NULL, inputs, (const void *const[]){input}, 1, outputs, 2, found));
    checked(((void *(*)(void *, void **))interface[TENSOR_DATA])(found[0], &data));
    last_label = *(int64_t *)data;
    checked(((void *(*)(void *, void **))interface[TENSOR_DATA])(found[1], &data));
    memcpy(probabilities, data, sizeof *probabilities * 2 * (size_t)batch);
    for (int i = 0; i < 2; i++) ((void (*)(void *))interface[RELEASE_VALUE])(found[i]);
    ((void (*)(void *))interface[RELEASE_VALUE])(input);
}

static float *read_floats(const char *path, size_t *number) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path, strerror(errno));
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    float *values = aligned_alloc(64, (size + 63) / 64 * 64);
    rewind(file);
    if (fread(values, 1, size, file) != size) fail(path, "could not be read");
    fclose(file);
    *number = size / sizeof *values;
    return values;
}

static int compare(const void *one, const void *other) {
    float a = *(const float *)one, b = *(const float *)other;
    return (a > b) - (a < b);
}

int main(int argc, char **arguments) {
    if (argc != 8) fail("engine_loop", "LIBRARY MODEL ROWS COLUMNS BATCH SECONDS SCORES");
    void *library = dlopen(arguments[1], RTLD_NOW);
    if (!library) fail("the engine's library", dlerror());
    interface = ((const Base *(*)(void))dlsym(library, "OrtGetApiBase"))()->get_interface(VERSION);
    if (!interface) fail(arguments[1], "does not have the interface of version 16");
    void *session = open_session(arguments[2]), *memory;
    checked(((void *(*)(int, int, void **))interface[CREATE_MEMORY_INFO])(ARENA, DEFAULT_MEMORY, &memory));
    size_t number, timed = 0, room = 1 << 20;
    float *rows = read_floats(arguments[3], &number), *times = malloc(sizeof *times * room);
    int64_t columns = atoi(arguments[4]), batch = atoi(arguments[5]);
    size_t calls = number / (size_t)(batch * columns);
    float *scores = malloc(sizeof *scores * calls * 2 * (size_t)batch);
    for (size_t i = 0; i < calls; i++) call(session, memory, rows + i * (size_t)(batch * columns), batch, columns, scores + i * 2 * (size_t)batch);
    FILE *file = fopen(arguments[7], "wb");
    if (!file || fwrite(scores, sizeof *scores, calls * 2 * (size_t)batch, file) == 0 || fclose(file)) fail(arguments[7], strerror(errno));
    double used = now(CLOCK_PROCESS_CPUTIME_ID), begun = now(CLOCK_MONOTONIC), until = begun + atof(arguments[6]), last = begun, time;
    for (; last < until && timed < room; last = time) {
        call(session, memory, rows + timed % calls * (size_t)(batch * columns), batch, columns, scores);
        time = now(CLOCK_MONOTONIC);
        times[timed++] = (float)((time - last) * 1e6);
    }
    used = now(CLOCK_PROCESS_CPUTIME_ID) - used;
    qsort(times, timed, sizeof *times, compare);
    printf("{\"answers\": %zu, \"seconds\": %.6f, \"processor\": %.6f, \"p50\": %.2f, \"p99\": %.2f}\n", timed, last - begun, used,
        times[timed / 2], times[timed * 99 / 100]);
    return 0;
}
