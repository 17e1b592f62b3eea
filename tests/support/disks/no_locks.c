/* A file system without locks, as some network shares are: every lock fails with ENOLCK. Preloaded into a process. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/file.h>

static int refused(int command) {
    return command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

int flock(int descriptor, int operation) {
    int (*next)(int, int) = dlsym(RTLD_NEXT, "flock");
    if (operation & (LOCK_EX | LOCK_SH)) {
        errno = ENOLCK;
        return -1;
    }
    return next(descriptor, operation);
}

static int passed_on(const char *name, int descriptor, int command, void *argument) {
    int (*next)(int, int, void *) = dlsym(RTLD_NEXT, name);
    if (refused(command)) {
        errno = ENOLCK;
        return -1;
    }
    return next(descriptor, command, argument);
}

int fcntl(int descriptor, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    return passed_on("fcntl", descriptor, command, argument);
}

int fcntl64(int descriptor, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    return passed_on("fcntl64", descriptor, command, argument);
}
