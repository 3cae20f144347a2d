// Asks a server over connections that are kept, each with one request under way at a time, from one thread: so many connections cost the
// generator little, and the server what they cost it. The requests were written out beforehand and are sent over and over.
//
//     closed_loop PORT REQUESTS EXPECTED CONNECTIONS WARMUP SECONDS OTHERS
//
// REQUESTS holds each request as it goes over the wire, behind its length (32 bits, little endian); EXPECTED holds for each how the body of its
// answer begins and how it ends, both behind their lengths. For WARMUP seconds nothing is counted. Prints {"answers", "seconds", "p50", "p99",
// "requests", "others"}: answers within SECONDS, their times in microseconds, all requests that were sent, and how many answers did not begin and
// end as expected. The first of those are written to OTHERS, each behind the number of its request and its length, so that they can be read. Ends
// with 1 and a sentence on the first answer that is not 200.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 1 << 20, EVENTS = 256, KEPT = 4096, SILENCE = 60000 };

typedef struct {
    const char *bytes;
    size_t length;
} Bytes;

typedef struct {
    int socket;
    size_t request;
    double sent;
    char *buffer;
    size_t length;
} Connection;

static Bytes *requests, *expected;
static size_t count, next_request;
static int port, loop, under_way;
static FILE *others;
static size_t different, kept;
static float *times;
static size_t timed, room;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void fail(const char *what, const char *detail) {
    fprintf(stderr, "%s: %.600s\n", what, detail);
    exit(1);
}

static void open_connection(Connection *connection) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    int one = 1;
    connection->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (connection->socket < 0 || connect(connection->socket, (struct sockaddr *)&address, sizeof address)) fail("no connection", strerror(errno));
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(connection->socket, F_SETFL, O_NONBLOCK);
    epoll_ctl(loop, EPOLL_CTL_ADD, connection->socket, &event);
    connection->length = 0;
}

static void ask(Connection *connection) {
    connection->request = next_request++ % count;
    connection->sent = now();
    Bytes request = requests[connection->request];
    for (size_t sent = 0; sent < request.length;) {
        ssize_t step = send(connection->socket, request.bytes + sent, request.length - sent, MSG_NOSIGNAL);
        if (step > 0) {
            sent += (size_t)step;
        } else if (errno == EAGAIN) {
            struct pollfd wait = {.fd = connection->socket, .events = POLLOUT};
            poll(&wait, 1, SILENCE);
        } else {
            fail("a request could not be sent", strerror(errno));
        }
    }
    under_way++;
}

// Joins the chunks of a body where they stand. False where some are still to come.
static int join_chunks(char *body, char *end, size_t *length) {
    char *from = body, *to = body;
    // Nothing is moved before all are there.
    for (int moves = 0; moves < 2; moves++) {
        for (from = to = body;;) {
            char *line = memmem(from, (size_t)(end - from), "\r\n", 2);
            if (!line) return 0;
            size_t size = strtoul(from, NULL, 16);
            if ((size_t)(end - line) < size + 4) return 0;
            if (moves) memmove(to, line + 2, size);
            to += size;
            from = line + 2 + size + 2;
            if (size == 0) break;
        }
    }
    *length = (size_t)(to - body);
    return 1;
}

static void check(Connection *connection, const char *body, size_t length) {
    Bytes head = expected[2 * connection->request], tail = expected[2 * connection->request + 1];
    if (length >= head.length + tail.length && !memcmp(body, head.bytes, head.length) && !memcmp(body + length - tail.length, tail.bytes, tail.length))
        return;
    different++;
    if (kept == KEPT) return;
    kept++;
    uint32_t numbers[2] = {(uint32_t)connection->request, (uint32_t)length};
    fwrite(numbers, 4, 2, others);
    fwrite(body, 1, length, others);
}

// 1 where the answer is there as a whole, and was checked; 0 where more is to come.
static int take_answer(Connection *connection, int *closes) {
    char *buffer = connection->buffer, *end = buffer + connection->length;
    char *body = memmem(buffer, connection->length, "\r\n\r\n", 4);
    if (!body) return 0;
    body += 4;
    char *value;
    size_t length = 0;
    body[-1] = 0;
    int status = atoi(buffer + strcspn(buffer, " "));
    int chunked = strcasestr(buffer, "\r\ntransfer-encoding: chunked") != NULL;
    *closes = strcasestr(buffer, "\r\nconnection: close") != NULL;
    if ((value = strcasestr(buffer, "\r\ncontent-length:"))) length = strtoul(value + 17, NULL, 10);
    body[-1] = '\n';
    if (chunked ? !join_chunks(body, end, &length) : (size_t)(end - body) < length) return 0;
    if (status != 200) {
        char what[64];
        snprintf(what, sizeof what, "answered with %d", status);
        body[length] = 0;
        fail(what, body);
    }
    check(connection, body, length);
    return 1;
}

static void note_time(double seconds) {
    if (timed == room) times = realloc(times, sizeof *times * (room = room ? 2 * room : 1 << 16));
    times[timed++] = (float)(seconds * 1e6);
}

// 1 where an answer came.
static int receive(Connection *connection, double from) {
    int one = 1, closes = 0;
    ssize_t step = recv(connection->socket, connection->buffer + connection->length, BUFFER - 1 - connection->length, 0);
    if (step < 0 && errno == EAGAIN) return 0;
    if (step <= 0) fail("an answer ended too early", step ? strerror(errno) : "the server closed the connection");
    connection->length += (size_t)step;
    connection->buffer[connection->length] = 0;
    if (!take_answer(connection, &closes)) {
        if (connection->length == BUFFER - 1) fail("an answer is too long", "");
        // A server that sends head and body of an answer apart would otherwise be charged 40 ms for the system's delayed acknowledgement.
        setsockopt(connection->socket, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
        return 0;
    }
    if (connection->sent >= from) note_time(now() - connection->sent);
    connection->length = 0;
    under_way--;
    if (closes) {
        close(connection->socket);
        open_connection(connection);
    }
    return 1;
}

static Bytes *read_records(const char *path, size_t *number) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path, strerror(errno));
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file), found = 0;
    char *bytes = malloc(size + 1);
    rewind(file);
    if (fread(bytes, 1, size, file) != size) fail(path, "could not be read");
    fclose(file);
    Bytes *records = calloc(size / 4 + 1, sizeof *records);
    for (size_t at = 0; at + 4 <= size; found++) {
        uint32_t length;
        memcpy(&length, bytes + at, 4);
        records[found] = (Bytes){.bytes = bytes + at + 4, .length = length};
        at += 4 + length;
    }
    *number = found;
    return records;
}

static int compare(const void *one, const void *other) {
    float a = *(const float *)one, b = *(const float *)other;
    return (a > b) - (a < b);
}

int main(int argc, char **arguments) {
    if (argc != 8) fail("closed_loop", "PORT REQUESTS EXPECTED CONNECTIONS WARMUP SECONDS OTHERS");
    size_t parts;
    port = atoi(arguments[1]);
    requests = read_records(arguments[2], &count);
    expected = read_records(arguments[3], &parts);
    if (count == 0 || parts != 2 * count) fail(arguments[3], "does not have two parts for each request");
    int connections = atoi(arguments[4]);
    if (!(others = fopen(arguments[7], "wb"))) fail(arguments[7], strerror(errno));
    loop = epoll_create1(0);
    Connection *all = calloc((size_t)connections, sizeof *all);
    for (int i = 0; i < connections; i++) {
        all[i].buffer = malloc(BUFFER);
        open_connection(&all[i]);
    }
    double from = now() + atof(arguments[5]), until = from + atof(arguments[6]), time = 0;
    size_t answers = 0;
    for (int i = 0; i < connections; i++) ask(&all[i]);
    while (under_way > 0) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(loop, events, EVENTS, SILENCE);
        if (ready == 0) fail("no answer", "the server was silent for a minute");
        for (int i = 0; i < ready; i++) {
            Connection *connection = events[i].data.ptr;
            if (!receive(connection, from)) continue;
            time = now();
            if (time >= from && time < until) answers++;
            if (time < until) ask(connection);
        }
    }
    if (fclose(others)) fail(arguments[7], strerror(errno));
    if (answers == 0) fail("no answer", "none came within the time");
    qsort(times, timed, sizeof *times, compare);
    printf("{\"answers\": %zu, \"seconds\": %.6f, \"p50\": %.1f, \"p99\": %.1f, \"requests\": %zu, \"others\": %zu}\n", answers, until - from,
        times[timed / 2], times[timed * 99 / 100], next_request, different);
    return 0;
}
