// Replays requests that were written out beforehand, so that nothing but the server is measured: no body is made and no answer is parsed
// beyond its length while the clock runs.
//
//     load PORT REQUESTS CONNECTIONS SECONDS ANSWERS
//
// REQUESTS holds each request as it goes over the wire, behind its length (32 bits, little endian). Each connection takes the next one as soon
// as its last was answered; none is begun after SECONDS (0: all are sent). Prints {"seconds", "bytes", "microseconds": [one for each]} and writes
// the bodies of the answers to ANSWERS ("-": nowhere), each behind its length, in the order of the requests. Ends with 1 and a sentence on the
// first answer that is not 200.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 1 << 18, HEADERS = 1 << 14 };

typedef struct {
    const char *bytes;
    size_t length;
    double seconds;
    char *answer;
    size_t answer_length;
} Request;

typedef struct {
    int socket;
    char buffer[BUFFER];
    size_t start, end;
} Connection;

static Request *requests;
static size_t count;
static int port, keeps_answers;
static double limit, begun;
static atomic_size_t next_request, received;
static pthread_barrier_t ready;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void fail(const char *what, const char *detail) {
    fprintf(stderr, "%s: %.600s\n", what, detail);
    _exit(1);
}

static void open_connection(Connection *connection) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = 300};
    int one = 1;
    connection->socket = socket(AF_INET, SOCK_STREAM, 0);
    connection->start = connection->end = 0;
    if (connection->socket < 0 || connect(connection->socket, (struct sockaddr *)&address, sizeof address)) fail("no connection", strerror(errno));
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(connection->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

// False where the server closed the connection, which it may between two requests.
static int send_all(Connection *connection, const Request *request) {
    for (size_t sent = 0; sent < request->length;) {
        ssize_t step = send(connection->socket, request->bytes + sent, request->length - sent, MSG_NOSIGNAL);
        if (step <= 0) return 0;
        sent += (size_t)step;
    }
    return 1;
}

static int receive(Connection *connection) {
    int one = 1;
    if (connection->start == connection->end) connection->start = connection->end = 0;
    // A server that sends head and body of an answer apart would otherwise be charged 40 ms for the system's delayed acknowledgement.
    setsockopt(connection->socket, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
    ssize_t step = recv(connection->socket, connection->buffer + connection->end, BUFFER - connection->end, 0);
    if (step <= 0) return 0;
    connection->end += (size_t)step;
    return 1;
}

// Takes that many bytes of a body off the connection, and keeps them where that is wished.
static void take(Connection *connection, size_t length, Request *request) {
    if (keeps_answers) request->answer = realloc(request->answer, request->answer_length + length + 1);
    while (length > 0) {
        size_t there = connection->end - connection->start;
        if (there == 0) {
            if (!receive(connection)) fail("an answer ended too early", "the connection was closed or silent for 300 s");
            continue;
        }
        size_t step = there < length ? there : length;
        if (keeps_answers) memcpy(request->answer + request->answer_length, connection->buffer + connection->start, step);
        request->answer_length += step;
        connection->start += step;
        length -= step;
    }
}

static void take_line(Connection *connection, char *line, size_t size) {
    for (size_t length = 0; length + 1 < size; length++) {
        while (connection->start == connection->end)
            if (!receive(connection)) fail("an answer ended too early", "within a chunk");
        line[length] = connection->buffer[connection->start++];
        line[length + 1] = 0;
        if (line[length] == '\n') return;
    }
    fail("an answer has a line that does not end", line);
}

static void take_chunks(Connection *connection, Request *request) {
    char line[HEADERS];
    for (;;) {
        take_line(connection, line, sizeof line);
        size_t length = strtoul(line, NULL, 16);
        take(connection, length, request);
        take_line(connection, line, sizeof line);
        if (length == 0) return;
    }
}

// The headers as a text of lower case letters; false where the server closed the connection before it began to answer.
static int take_headers(Connection *connection, char *headers) {
    for (;;) {
        char *begin = connection->buffer + connection->start;
        char *end = memmem(begin, connection->end - connection->start, "\r\n\r\n", 4);
        if (end && end - begin < HEADERS) {
            for (char *each = begin; each < end; each++) *headers++ = *each >= 'A' && *each <= 'Z' ? *each + 32 : *each;
            *headers = 0;
            connection->start = (size_t)(end + 4 - connection->buffer);
            return 1;
        }
        if (end || connection->end == BUFFER) fail("an answer has too long headers", "");
        if (!receive(connection)) return 0;
    }
}

static void take_answer(Connection *connection, char *headers, Request *request) {
    const char *length = strstr(headers, "\r\ncontent-length:");
    int status = atoi(headers + strcspn(headers, " "));
    if (status != 200) keeps_answers = 1;
    if (strstr(headers, "\r\ntransfer-encoding: chunked")) take_chunks(connection, request);
    else if (length) take(connection, strtoul(length + 17, NULL, 10), request);
    if (status != 200) {
        char what[64];
        snprintf(what, sizeof what, "answered with %d", status);
        if (request->answer) request->answer[request->answer_length] = 0;
        fail(what, request->answer ? request->answer : "");
    }
    if (strstr(headers, "\r\nconnection: close")) {
        close(connection->socket);
        open_connection(connection);
    }
}

static void ask(Connection *connection, Request *request) {
    char headers[HEADERS];
    for (int attempt = 0; attempt < 2; attempt++) {
        send_all(connection, request);
        if (take_headers(connection, headers)) {
            take_answer(connection, headers, request);
            atomic_fetch_add(&received, request->answer_length);
            return;
        }
        close(connection->socket);
        open_connection(connection);
    }
    fail("no answer", "the server closes the connection");
}

static void *work(void *unused) {
    Connection *connection = malloc(sizeof *connection);
    open_connection(connection);
    pthread_barrier_wait(&ready);
    pthread_barrier_wait(&ready);
    for (size_t index; (index = atomic_fetch_add(&next_request, 1)) < count;) {
        double start = now();
        if (limit > 0 && index > 0 && start - begun > limit) break;
        ask(connection, &requests[index]);
        requests[index].seconds = now() - start;
    }
    return unused;
}

static void read_requests(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path, strerror(errno));
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    char *bytes = malloc(size + 1);
    rewind(file);
    if (fread(bytes, 1, size, file) != size) fail(path, "could not be read");
    fclose(file);
    requests = calloc(size / 4 + 1, sizeof *requests);
    for (size_t at = 0; at + 4 <= size; count++) {
        uint32_t length;
        memcpy(&length, bytes + at, 4);
        requests[count] = (Request){.bytes = bytes + at + 4, .length = length};
        at += 4 + length;
    }
}

static void write_answers(const char *path) {
    FILE *file = fopen(path, "wb");
    if (!file) fail(path, strerror(errno));
    for (size_t i = 0; i < count && requests[i].seconds > 0; i++) {
        uint32_t length = (uint32_t)requests[i].answer_length;
        fwrite(&length, 4, 1, file);
        fwrite(requests[i].answer, 1, length, file);
    }
    if (fclose(file)) fail(path, strerror(errno));
}

int main(int argc, char **arguments) {
    if (argc != 6) fail("load", "PORT REQUESTS CONNECTIONS SECONDS ANSWERS");
    port = atoi(arguments[1]);
    read_requests(arguments[2]);
    int connections = atoi(arguments[3]);
    limit = atof(arguments[4]);
    keeps_answers = strcmp(arguments[5], "-") != 0;
    pthread_t *threads = calloc((size_t)connections, sizeof *threads);
    pthread_barrier_init(&ready, NULL, (unsigned)connections + 1);
    for (int i = 0; i < connections; i++) pthread_create(&threads[i], NULL, work, NULL);
    pthread_barrier_wait(&ready);
    begun = now();
    pthread_barrier_wait(&ready);
    for (int i = 0; i < connections; i++) pthread_join(threads[i], NULL);
    double seconds = now() - begun;
    if (keeps_answers) write_answers(arguments[5]);
    printf("{\"seconds\": %.9f, \"bytes\": %zu, \"microseconds\": [", seconds, (size_t)received);
    const char *comma = "";
    for (size_t i = 0; i < count; i++) {
        if (requests[i].seconds > 0) printf("%s%.1f", comma, requests[i].seconds * 1e6), comma = ", ";
    }
    printf("]}\n");
    return 0;
}
