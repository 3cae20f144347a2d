// The C interface of libopabridge, the Open Policy Agent's evaluator built as a library, as far as Martlet calls it.
// An engine is a number. Every text that is answered is JSON and belongs to the caller, who gives it back with free_string.
#pragma once
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The functions of the library, by the names they have there with `Opa` before them.
typedef struct {
    uint64_t (*_Nonnull new_engine)(void);
    void (*_Nonnull destroy)(uint64_t engine);
    void (*_Nonnull free_string)(char *text);
    char *_Nullable (*_Nonnull add_policy)(uint64_t engine, const char *name, const char *source);
    char *_Nullable (*_Nonnull add_data)(uint64_t engine, const char *path, const char *json);
    char *_Nullable (*_Nonnull eval_document)(uint64_t engine, const char *path, const char *input, int coverage, int trace);
    char *_Nullable (*_Nonnull eval_query)(uint64_t engine, const char *query, const char *input, int coverage, int trace);
} martlet_opa_calls;

#pragma clang assume_nonnull end
