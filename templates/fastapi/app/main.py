"""A small app to put into images: it greets, and counts how often it did."""
from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session

from app.database import migrate, session
from app.models import Greeting

app = FastAPI(title="Hello Docker")


@app.on_event("startup")
def prepare() -> None:
    migrate()


@app.get("/")
def hello(database: Session = Depends(session)) -> dict:
    greeting = database.query(Greeting).first()
    greeting.visits += 1
    database.commit()
    return {"message": greeting.text, "visits": greeting.visits}


@app.get("/health")
def health() -> dict:
    return {"status": "ok"}
