# Task 1: write this file. `dockerlab read 1` explains each step, `dockerlab check 1` checks your work.
#
#  1. the base image: ubuntu 20.04
#  2. a build argument, so that no package asks questions during the build
#  3. an environment variable, so that Python prints without buffering
#  4. python 3.8
#  5. pip
#  6. fastapi, SQLAlchemy, alembic and uvicorn with its standard extra, in fixed versions
#  7. the working directory
#  8. the project's files, without those that .dockerignore excludes
#  9. the port
# 10. the program to start
# 11. its arguments
