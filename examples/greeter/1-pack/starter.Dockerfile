# 1. the base image
# 2. the compiler
# 3. the source, and the program
# 4. what runs
