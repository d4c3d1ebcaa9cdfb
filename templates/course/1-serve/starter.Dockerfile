# 1. the base image
# 2. the page
# 3. the port
# 4. the server
