/* notes-search WORD FOLDER: prints the names of the notes in the folder that contain the word. */

#include <dirent.h>
#include <stdio.h>
#include <string.h>

static int contains(const char *folder, const char *name, const char *word)
{
    char path[4096], text[16384];
    FILE *file;
    size_t length;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "r");
    if (file == NULL)
        return 0;
    length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    return strstr(text, word) != NULL;
}

int main(int count, char **words)
{
    DIR *folder;
    struct dirent *entry;

    if (count == 2 && strcmp(words[1], "--version") == 0) {
        puts("notes-search 1.0");
        return 0;
    }
    if (count != 3) {
        fputs("usage: notes-search WORD FOLDER\n", stderr);
        return 2;
    }
    folder = opendir(words[2]);
    if (folder == NULL) {
        perror(words[2]);
        return 1;
    }
    while ((entry = readdir(folder)) != NULL)
        if (strstr(entry->d_name, ".txt") != NULL && contains(words[2], entry->d_name, words[1]))
            puts(entry->d_name);
    closedir(folder);
    return 0;
}
