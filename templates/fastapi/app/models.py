"""What the app keeps."""
from sqlalchemy import Column, Integer, String

from app.database import Base


class Greeting(Base):
    __tablename__ = "greetings"

    id = Column(Integer, primary_key=True)
    text = Column(String(100), nullable=False)
    visits = Column(Integer, nullable=False, default=0)
