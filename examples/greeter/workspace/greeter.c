/* Answers every request on port 7000. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
    static const char answer[] = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nHello from C\n";
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(7000)};
    char request[4096];
    int one = 1, server = socket(AF_INET, SOCK_STREAM, 0);

    signal(SIGPIPE, SIG_IGN);
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(server, (struct sockaddr *)&address, sizeof address) != 0 || listen(server, 16) != 0) {
        perror("greeter");
        return 1;
    }
    for (;;) {
        int client = accept(server, NULL, NULL);
        if (client < 0)
            continue;
        if (read(client, request, sizeof request) > 0 && write(client, answer, strlen(answer)) < 0)
            perror("greeter");
        shutdown(client, SHUT_WR);
        while (read(client, request, sizeof request) > 0) {
        }
        close(client);
    }
}
