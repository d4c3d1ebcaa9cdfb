# Tâche 1. Écrivez ce fichier. `dockerlab read 1` explique chaque étape, `dockerlab check 1` le juge.
#
#  1. l'image de base, ubuntu 20.04
#  2. un argument de construction, pour que rien ne pose de questions pendant l'installation des paquets
#  3. une variable d'environnement, pour que python affiche sans délai
#  4. python 3.8
#  5. pip
#  6. fastapi, SQLAlchemy, alembic et uvicorn avec son extra standard, chacun dans sa version
#  7. le répertoire de travail
#  8. les fichiers du projet, sans ceux que .dockerignore tient à l'écart
#  9. le port
# 10. le programme qui est démarré
# 11. ce avec quoi il est démarré
